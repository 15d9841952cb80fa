package dev.ringpost.tools.apple;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.RingpostConfig;
import java.time.Instant;
import java.util.List;

/** The findings about the tokens for Apple's data export, for the check of a worker. */
public final class TokenFindings {

  private TokenFindings() {}

  /**
   * One for each app that has a token, by the app's name. None where no folder is named, or where
   * the named one is not here: it need not be where workers run. Nothing that is wrong with a token
   * keeps a phone from ringing, so it is a warning at most.
   */
  public static List<Finding> of(RingpostConfig config, Instant now) {
    return TokenPlace.in(config).stream()
        .flatMap(place -> of(place.read(), place.app(), now).stream())
        .toList();
  }

  /** What is to be said of an app's token; nothing where there is none. */
  static List<Finding> of(TokenFile file, BundleId app, Instant now) {
    return switch (file) {
      case TokenFile.Missing() -> List.of();
      case TokenFile.Flawed(String wrong, String fix) ->
          List.of(
              Finding.warning(
                  app.value(), "the file of its token for Apple's data export " + wrong, fix));
      case TokenFile.Held held -> List.of(TokenEnd.finding(app.value(), held.endsOn(), now));
    };
  }
}
