package dev.ringpost.tools.apple;

import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.RingpostConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch of a worker on the ends of tokens for Apple's data export, which are announced as those
 * of certificates are: by a gauge, and in the log once a day, from {@link TokenEnd#SOON_DAYS} days
 * before. A worker asks Apple nothing, so it keeps the day and not the token.
 *
 * <p>A content of a file counts only when two looks have seen it, as with credentials. Where no
 * folder is named, or the named one is not here, nothing is said. For one thread, but for what
 * gauges ask.
 */
public final class TokenWatch {

  private static final Duration WARN_EVERY = Duration.ofDays(1);

  /** In the place of each token. */
  private static final Secret NOT_KEPT = new Secret("");

  private static final Logger log = LoggerFactory.getLogger(TokenWatch.class);

  /** The file of one app. */
  private static final class WatchedToken {
    private final TokenPlace place;
    private TokenFile seen = new TokenFile.Missing();
    private volatile TokenFile counting = seen;
    private boolean shown;
    private Instant quietUntil = Instant.MIN;

    private WatchedToken(TokenPlace place) {
      this.place = place;
    }
  }

  private final List<WatchedToken> watched;
  private final InstantSource clock;
  private final BiConsumer<String, DoubleSupplier> gauges;

  private TokenWatch(
      List<WatchedToken> watched, InstantSource clock, BiConsumer<String, DoubleSupplier> gauges) {
    this.watched = watched;
    this.clock = clock;
    this.gauges = gauges;
  }

  /**
   * A watch that has not looked yet.
   *
   * @param gauges shows the days that are left of an app's token from then on; told once for each
   *     app, as soon as the end is known. They may be asked for on any thread, and are NaN while
   *     the end is not known
   */
  public static TokenWatch of(
      RingpostConfig config, InstantSource clock, BiConsumer<String, DoubleSupplier> gauges) {
    List<WatchedToken> watched = TokenPlace.in(config).stream().map(WatchedToken::new).toList();
    return new TokenWatch(watched, clock, gauges);
  }

  /** Whether there is nothing to look at, for no folder is named. */
  public boolean isIdle() {
    return watched.isEmpty();
  }

  /** One look at all files. */
  public void look() {
    Instant now = clock.instant();
    for (WatchedToken one : watched) {
      look(one);
      if (!one.shown && !Double.isNaN(daysLeft(one))) {
        one.shown = true;
        gauges.accept(one.place.app().value(), () -> daysLeft(one));
      }
      warn(one, now);
    }
  }

  private static void look(WatchedToken one) {
    TokenFile file = withoutToken(one.place.read());
    if (!file.equals(one.seen)) {
      one.seen = file;
      return;
    }
    if (!file.equals(one.counting)) {
      one.counting = file;
      one.quietUntil = Instant.MIN;
    }
  }

  private static TokenFile withoutToken(TokenFile file) {
    return switch (file) {
      case TokenFile.Held held -> new TokenFile.Held(NOT_KEPT, held.endsOn());
      case TokenFile.Missing(), TokenFile.Flawed(_, _) -> file;
    };
  }

  private double daysLeft(WatchedToken one) {
    return switch (one.counting) {
      case TokenFile.Held(_, Optional<LocalDate> endsOn) ->
          endsOn.map(day -> (double) TokenEnd.daysLeft(day, clock.instant())).orElse(Double.NaN);
      case TokenFile.Missing(), TokenFile.Flawed(_, _) -> Double.NaN;
    };
  }

  private static void warn(WatchedToken one, Instant now) {
    if (now.isBefore(one.quietUntil)) {
      return;
    }
    for (Finding finding : TokenFindings.of(one.counting, one.place.app(), now)) {
      if (finding.severity() == Severity.WARNING) {
        one.quietUntil = now.plus(WARN_EVERY);
        log.atWarn()
            .addKeyValue("app", one.place.app())
            .addKeyValue("wrong", finding.found())
            .addKeyValue("fix", finding.fix())
            .log("an app's token for Apple's data export needs attention; phones ring without it");
      }
    }
  }
}
