package dev.ringpost.call;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The format of the times that Ringpost writes: RFC 3339 in UTC, always with three digits of
 * milliseconds, so that a reader that expects a fraction finds one. Written by hand because every
 * push has six of them, and {@link java.time.format.DateTimeFormatter} takes a microsecond and a
 * kilobyte for each.
 */
public final class WireTime {

  private static final int LENGTH = "2026-11-24T09:30:00.250Z".length();

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
    var text = new StringBuilder(LENGTH);
    twoDigits(text, utc.getYear() / 100);
    twoDigits(text, utc.getYear() % 100);
    twoDigits(text.append('-'), utc.getMonthValue());
    twoDigits(text.append('-'), utc.getDayOfMonth());
    twoDigits(text.append('T'), utc.getHour());
    twoDigits(text.append(':'), utc.getMinute());
    twoDigits(text.append(':'), utc.getSecond());
    twoDigits(text.append('.'), millis / 10);
    return text.append((char) ('0' + millis % 10)).append('Z').toString();
  }

  private static void twoDigits(StringBuilder text, int number) {
    text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
