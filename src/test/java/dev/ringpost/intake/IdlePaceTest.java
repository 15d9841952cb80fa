package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The pace of a consumer where nothing comes, and which consumers may slow down. */
class IdlePaceTest {

  private static final Duration PAUSE = Duration.ofMillis(400);

  private final AtomicLong nanos = new AtomicLong(-7);
  private final IdlePace pace = new IdlePace(PAUSE, nanos::get);

  @Test
  void itSlowsDownOnlyOnceNothingHasComeForAWhile() {
    assertThat(pace.after(false)).isZero();
    after(IdlePace.QUIET.minusNanos(1));
    assertThat(pace.after(false)).isZero();
    after(Duration.ofNanos(1));
    assertThat(pace.after(false)).isEqualTo(PAUSE);
    assertThat(pace.after(false)).isEqualTo(PAUSE);
  }

  @Test
  void oneRecordWakesIt() {
    after(Duration.ofHours(1));
    assertThat(pace.after(true)).isZero();
    after(IdlePace.QUIET.minusNanos(1));
    assertThat(pace.after(false)).isZero();
    after(Duration.ofNanos(1));
    assertThat(pace.after(false)).isEqualTo(PAUSE);
  }

  @Test
  void freshInvitesAreNeverLeftUnread() {
    assertThat(new FreshSubscription("call-invites", decoder()).idlePause()).isZero();
  }

  @Test
  void aRetryIsReadBeforeItIsDueHoweverShortTheLadder() {
    assertThat(idlePause(Duration.ofSeconds(4), Duration.ofSeconds(1)))
        .isEqualTo(RetrySubscription.LONGEST_IDLE_PAUSE);
    assertThat(idlePause(Duration.ofSeconds(4), Duration.ofMillis(100)))
        .isEqualTo(Duration.ofMillis(50));
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Duration idlePause(Duration... ladder) {
    return new RetrySubscription(
            new IntakeSettings.Source.Retries("call-invites.retry-", List.of(ladder)), decoder())
        .idlePause();
  }

  private static InviteDecoder decoder() {
    return new InviteDecoder(
        new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
        new InviteOddities(new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "retries")));
  }
}
