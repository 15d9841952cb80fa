package dev.ringpost.call;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The format of the times that Ringpost writes: RFC 3339 in UTC, always with three digits of
 * milliseconds, so that a reader that expects a fraction finds one. Written and read by hand
 * because every push has six of them, and {@link java.time.format.DateTimeFormatter} takes a
 * microsecond and a kilobyte for each.
 */
public final class WireTime {

  /** A time whose digits are still to be written. */
  private static final byte[] FORM = "0000-00-00T00:00:00.000Z".getBytes(ISO_8859_1);

  private static final int SECONDS_END = "2026-11-24T09:30:00".length();
  private static final int NANO_DIGITS = 9;

  /** The times whose year has four digits: from this second on and before the other. */
  private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();

  private static final long END = Instant.parse("+10000-01-01T00:00:00Z").getEpochSecond();

  private WireTime() {}

  /**
   * Writes a time; what is below a millisecond is cut off. A year that has no four digits, which
   * RFC 3339 cannot say, is written as {@link Instant#toString} does: an absurd time must not cost
   * a call.
   */
  public static String of(Instant time) {
    if (time.getEpochSecond() < FIRST || time.getEpochSecond() >= END) {
      return time.toString();
    }
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
    int millis = utc.getNano() / 1_000_000;
    byte[] text = FORM.clone();
    twoDigits(text, 0, utc.getYear() / 100);
    twoDigits(text, 2, utc.getYear() % 100);
    twoDigits(text, 5, utc.getMonthValue());
    twoDigits(text, 8, utc.getDayOfMonth());
    twoDigits(text, 11, utc.getHour());
    twoDigits(text, 14, utc.getMinute());
    twoDigits(text, 17, utc.getSecond());
    twoDigits(text, 20, millis / 10);
    text[22] = digit(millis % 10);
    return new String(text, ISO_8859_1);
  }

  /**
   * Reads a time in UTC with up to nine digits of a fraction, as most write it: {@code
   * 2026-11-24T09:30:00.25Z}. Empty for any other text, also where that is a time in another form
   * of RFC 3339.
   */
  public static Optional<Instant> read(String text) {
    int end = text.length() - 1;
    if (end < SECONDS_END
        || end > SECONDS_END + 1 + NANO_DIGITS
        || end == SECONDS_END + 1
        || text.charAt(end) != 'Z'
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':'
        || (end > SECONDS_END && text.charAt(SECONDS_END) != '.')) {
      return Optional.empty();
    }
    int year = number(text, 0, 4);
    int fraction = end == SECONDS_END ? 0 : number(text, SECONDS_END + 1, end);
    if (year < 0) {
      return Optional.empty();
    }
    for (int digits = end - SECONDS_END - 1; digits >= 0 && digits < NANO_DIGITS; digits++) {
      fraction *= 10;
    }
    try {
      return Optional.of(
          LocalDateTime.of(
                  year,
                  number(text, 5, 7),
                  number(text, 8, 10),
                  number(text, 11, 13),
                  number(text, 14, 16),
                  number(text, 17, SECONDS_END),
                  fraction)
              .toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /** The number that the digits from one place before another say, or -1. */
  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + c - '0';
    }
    return number;
  }

  private static void twoDigits(byte[] text, int from, int number) {
    text[from] = digit(number / 10);
    text[from + 1] = digit(number % 10);
  }

  private static byte digit(int number) {
    return (byte) ('0' + number);
  }
}
