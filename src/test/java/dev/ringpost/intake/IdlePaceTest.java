package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.RingSettings;
import dev.ringpost.intake.waiting.IdlePace;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The pace of a consumer where nothing comes, and which consumers may slow down. */
class IdlePaceTest {

  private static final Duration REST = Duration.ofMillis(400);

  private final AtomicLong nanos = new AtomicLong(-7);
  private final IdlePace pace = new IdlePace(REST, nanos::get);

  @Test
  void itRestsOnlyOnceNothingHasComeForAWhileAndFetchesInBetween() {
    assertThat(pace.rest()).isZero();
    after(IdlePace.QUIET.minusNanos(1));
    assertThat(pace.rest()).isZero();
    after(Duration.ofNanos(1));
    assertThat(pace.rest()).isEqualTo(REST);
    assertThat(pace.rest()).isZero();
    assertThat(pace.rest()).isEqualTo(REST);
    assertThat(pace.rest()).isZero();
  }

  @Test
  void oneRecordWakesIt() {
    after(Duration.ofHours(1));
    pace.busy();
    after(IdlePace.QUIET.minusNanos(1));
    assertThat(pace.rest()).isZero();
    assertThat(pace.rest()).isZero();
    after(Duration.ofNanos(1));
    assertThat(pace.rest()).isEqualTo(REST);
  }

  @Test
  void freshInvitesAreNeverLeftUnread() {
    assertThat(new FreshSubscription("call-invites", decoder()).idleRest()).isZero();
  }

  @Test
  void aRetryIsReadBeforeItIsDueHoweverShortTheLadder() {
    assertThat(idleRest(Duration.ofSeconds(4), Duration.ofSeconds(1)))
        .isEqualTo(RetrySubscription.LONGEST_IDLE_REST);
    assertThat(idleRest(Duration.ofSeconds(4), Duration.ofMillis(100)))
        .isEqualTo(Duration.ofMillis(50));
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Duration idleRest(Duration... ladder) {
    return new RetrySubscription(
            new IntakeSettings.Source.Retries("call-invites.retry-", List.of(ladder)), decoder())
        .idleRest();
  }

  private static InviteDecoder decoder() {
    return new InviteDecoder(
        new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
        new InviteOddities(new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "retries")));
  }
}
