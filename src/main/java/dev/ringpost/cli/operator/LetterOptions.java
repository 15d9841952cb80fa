package dev.ringpost.cli.operator;

import dev.ringpost.tools.dlq.LetterFilter;
import dev.ringpost.tools.records.Stretch;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that choose dead letters; picocli sets the fields. */
final class LetterOptions {

  /** Bound on the stretch that is read at once: a week. */
  private static final Duration LONGEST = Duration.ofDays(7);

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--around",
      paramLabel = "TIME",
      description = "A moment in RFC 3339, about which to read; without it the time up to now.")
  private @Nullable String around;

  @Option(
      names = "--window",
      defaultValue = "24h",
      paramLabel = "LENGTH",
      description = "How much to read, such as 90s, 15m, 2h; at most 168h. (${DEFAULT-VALUE})")
  private @Nullable String window;

  @Option(
      names = "--reason",
      paramLabel = "CODE",
      description = "Only letters with this reason, such as wrong_topic.")
  private @Nullable String reason;

  @Option(names = "--callee", paramLabel = "USER", description = "Only calls to this user.")
  private @Nullable String callee;

  @Option(names = "--app", paramLabel = "BUNDLE", description = "Only invites that name this app.")
  private @Nullable String app;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Only what went wrong there: decode or deliver.")
  private @Nullable String stage;

  LetterFilter filter() {
    return new LetterFilter(
        Optional.ofNullable(reason),
        Optional.ofNullable(callee),
        Optional.ofNullable(app),
        Optional.ofNullable(stage));
  }

  Stretch stretch(Instant now) {
    return WantedTime.stretch(spec, around, Objects.requireNonNull(window), LONGEST, now);
  }
}
