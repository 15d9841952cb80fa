package dev.ringpost.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.tools.watch.LiveCalls;
import dev.ringpost.tools.watch.SeenVerdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The writing of a watch to a terminal. */
@Timeout(20)
class WatchScreenTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:30:01Z");
  private static final String TOP = "\u001b[H";

  private final StringWriter written = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();
  private final LiveCalls calls = new LiveCalls(Duration.ofMinutes(2), nanos::get);

  private WatchScreen screen(boolean coloured) {
    return new WatchScreen(
        new PrintWriter(written), InstantSource.fixed(NOW), nanos::get, 15, coloured);
  }

  @Test
  void itIsDrawnAtMostFourTimesASecond() {
    try (var screen = screen(false)) {
      for (int millis = 0; millis < 1000; millis += 10) {
        screen.shows(calls);
        nanos.addAndGet(Duration.ofMillis(10).toNanos());
      }
    }

    assertThat(written.toString().split(Pattern.quote(TOP), -1)).hasSize(1 + 4);
  }

  @Test
  void theTerminalIsAtTheEndAsItWas() {
    try (var screen = screen(true)) {
      screen.shows(calls);
    }

    for (String mode : new String[] {"?1049", "?25", "?7"}) {
      long on = count("\u001b[" + mode + "h");
      long off = count("\u001b[" + mode + "l");
      assertThat(on).as(mode).isOne();
      assertThat(off).as(mode).isOne();
    }
    assertThat(written.toString()).endsWith("\u001b[?7h\u001b[?25h\u001b[?1049l");
  }

  @Test
  void newsAreColouredOnlyWhereColoursAreWanted() {
    calls.add(
        new SeenVerdict(
            "call-invites-0@1",
            "a1b2c3d4e5f6",
            "0c32285c01b3",
            1,
            true,
            "failed",
            "voicemail",
            "wrong_topic",
            0,
            1,
            OptionalLong.of(80),
            NOW));
    try (var screen = screen(false)) {
      screen.trouble(Optional.of("no broker"));
      screen.shows(calls);
    }
    assertThat(written.toString())
        .contains("wrong_topic", "Kafka does not answer: no broker")
        .doesNotContainPattern("\u001b\\[[0-9;]*m");

    try (var screen = screen(true)) {
      screen.shows(calls);
    }
    assertThat(written.toString()).contains("\u001b[31m09:30:01 failed");
  }

  private long count(String text) {
    return written.toString().split(Pattern.quote(text), -1).length - 1L;
  }
}
