package dev.ringpost.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;

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
}
