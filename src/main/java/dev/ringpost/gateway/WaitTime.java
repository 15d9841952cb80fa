package dev.ringpost.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reader of a client's {@code wait}: {@code 1500ms}, {@code 2s} or {@code 0}. */
final class WaitTime {

  static final String WORDS = "a number with ms or s, such as 1500ms, or 0";

  private static final Pattern FORM = Pattern.compile("(\\d{1,6})(ms|s)|0");

  private WaitTime() {}

  /** The time; empty if the text has another form. */
  static Optional<Duration> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    if (form.group(1) == null) {
      return Optional.of(Duration.ZERO);
    }
    long number = Long.parseLong(form.group(1));
    return Optional.of(
        form.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number));
  }
}
