package dev.ringpost.cli.operator;

import dev.ringpost.tools.records.Stretch;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The reading of {@code --around} and {@code --window}. */
final class WantedTime {

  private static final Pattern TIME = Pattern.compile("(\\d{1,5})([smh])");

  private WantedTime() {}

  /**
   * The stretch of time that is asked for.
   *
   * @param around a moment in RFC 3339; without it the time up to now
   * @param window how long, such as 15m
   * @param longest bound on it, in whole hours
   * @throws ParameterException if one of them is wrong; its message says how it is meant
   */
  static Stretch stretch(
      @Nullable CommandSpec spec,
      @Nullable String around,
      String window,
      Duration longest,
      Instant now) {
    try {
      return stretch(around, window, longest, now);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          Objects.requireNonNullElse(e.getMessage(), "wrong time"));
    }
  }

  private static Stretch stretch(
      @Nullable String around, String window, Duration longest, Instant now) {
    Duration length = length(window, longest);
    if (around == null) {
      return Stretch.upTo(now, length);
    }
    try {
      return Stretch.around(OffsetDateTime.parse(around).toInstant(), length);
    } catch (DateTimeException _) {
      throw new IllegalArgumentException("--around must be a time such as 2026-11-24T09:30:00Z");
    }
  }

  private static Duration length(String text, Duration longest) {
    Matcher matcher = TIME.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration length =
          switch (matcher.group(2).charAt(0)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
          };
      if (length.isPositive() && length.compareTo(longest) <= 0) {
        return length;
      }
    }
    throw new IllegalArgumentException(
        "--window must be 1s to " + longest.toHours() + "h, such as 90s, 15m or 2h");
  }
}
