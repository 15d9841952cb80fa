package dev.ringpost.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTimeTest {

  private static final DateTimeFormatter SLOW =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  @Test
  void millisecondsAreAlwaysWritten() {
    assertThat(WireTime.of(Instant.parse("2026-11-24T09:30:00Z")))
        .isEqualTo("2026-11-24T09:30:00.000Z");
    assertThat(WireTime.of(Instant.parse("2026-01-02T03:04:05.006789Z")))
        .isEqualTo("2026-01-02T03:04:05.006Z");
  }

  @Test
  void itWritesWhatTheFormatterOfTheJdkWrites() {
    long first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    new Random(42)
        .longs(10_000, first, last)
        .mapToObj(seconds -> Instant.ofEpochSecond(seconds, seconds & 0x1FFF_FFFF))
        .forEach(time -> assertThat(WireTime.of(time)).isEqualTo(SLOW.format(time)));
  }

  @Test
  void anAbsurdYearIsWrittenSomehow() {
    assertThat(WireTime.of(Instant.MAX)).isEqualTo(Instant.MAX.toString());
    assertThat(WireTime.of(Instant.MIN)).isEqualTo(Instant.MIN.toString());
    assertThat(WireTime.of(Instant.parse("+10000-01-01T00:00:00Z")))
        .isEqualTo("+10000-01-01T00:00:00Z");
  }

  @Test
  void itReadsWhatTheParserOfTheJdkReads() {
    long first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    new Random(42)
        .longs(10_000, first, last)
        .mapToObj(seconds -> Instant.ofEpochSecond(seconds, nano(seconds)))
        .forEach(time -> assertThat(WireTime.read(time.toString())).contains(time));
  }

  /** With zeros at the end or the beginning, or none. */
  private static int nano(long seconds) {
    return switch (Math.floorMod(seconds, 4)) {
      case 0 -> 0;
      case 1 -> 250_000_000;
      case 2 -> 42;
      default -> 123_456_000;
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-24T09:30:00",
        "2026-11-24T09:30Z",
        "2026-11-24T09:30:00.Z",
        "2026-11-24T09:30:00,5Z",
        "2026-11-24T09:30:00.1234567890Z",
        "2026-11-24T09:30:00.5+01:00",
        "2026-11-24T09:30:00+01:00",
        "2026-11-24t09:30:00z",
        "2026-11-24 09:30:00Z",
        "2026-02-30T09:30:00Z",
        "2026-13-01T09:30:00Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T09:60:00Z",
        "2026-12-31T23:59:60Z",
        "-026-11-24T09:30:00Z",
        "2026-+1-24T09:30:00Z",
        "2026-11-24T09:30:00.-5Z",
        "2026-11-24T09:30:0\u0660Z",
        "Z",
        ""
      })
  void anyOtherTextIsLeftToOthers(String text) {
    assertThat(WireTime.read(text)).isEmpty();
  }
}
