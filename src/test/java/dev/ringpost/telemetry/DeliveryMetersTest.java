package dev.ringpost.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryMetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DeliveryMeters meters =
      new DeliveryMeters(new Telemetry(registry), Set.of(Samples.APP));

  @Test
  void anInviteCountsByItsVerdict() {
    meters.decided(settled(Verdict.NO_DEVICES));

    assertThat(invites("no_devices")).isEqualTo(1);
    assertThat(invites("accepted")).isZero();
  }

  @Test
  void aRecordThatIsSettledAgainIsNoInvite() {
    meters.settledAgain(Samples.invited(), Arrival.Claim.ALONE);

    assertThat(registry.get("ringpost.records.settled.again").counter().count()).isEqualTo(1);
    assertThat(invites("accepted")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"CALLEE_FLOODED, callee", "CALLER_FLOODED, caller"})
  void anInviteBeyondALimitCountsByTheLimit(DeliveryReport.Skip why, String limit) {
    meters.decided(
        new Decision(
            Samples.invited(),
            DeliveryReport.skipped(why),
            new Disposition.Final(Verdict.FAILED),
            Samples.NOW));

    assertThat(registry.get("ringpost.invites.flooded").tag("limit", limit).counter().count())
        .isEqualTo(1);
  }

  @Test
  void everyVerdictIsShownFromTheStart() {
    for (Verdict verdict : Verdict.values()) {
      assertThat(invites(verdict.wire())).isZero();
    }
  }

  @Test
  void anInviteThatIsADeadLetterCountsAsFailed() {
    var flaw = new Flaw(DeadLetterReason.BAD_REQUEST, "BadPriority");
    meters.decided(
        new Decision(
            Samples.invited(), Samples.pushes(), new Disposition.DeadLetter(flaw), Samples.NOW));

    assertThat(invites("failed")).isEqualTo(1);
    assertThat(malformed("bad_request")).isZero();
  }

  @Test
  void aRecordThatCouldNotBeReadCountsByItsReasonAndAsNoInvite() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "not JSON");
    meters.decided(
        new Decision(
            Samples.malformed(flaw, Optional.of(Samples.CALL)),
            Samples.pushes(),
            new Disposition.DeadLetter(flaw),
            Samples.NOW));

    assertThat(malformed("not_json")).isEqualTo(1);
    assertThat(invites("failed")).isZero();
    assertThat(timer("ringpost.invite.to.verdict").count()).isZero();
  }

  @Test
  void anAbandonedInviteHasNoVerdictButItsDevicesShow() {
    PushReport lost =
        Samples.unanswered(
            Samples.device("phone"), new PushOutcome.NotSent(PushOutcome.NotSentReason.LOST));
    meters.decided(
        new Decision(
            Samples.invited(), Samples.pushes(lost), new Disposition.Abandoned(), Samples.NOW));

    assertThat(registry.get("ringpost.invites").counters().stream().mapToDouble(Counter::count))
        .containsOnly(0.0);
    assertThat(timer("ringpost.invite.to.verdict").count()).isZero();
    assertThat(pushes("lost", "com.example.phone", "none")).isEqualTo(1);
  }

  @Test
  void whatAnEarlierDeliveryHadLearnedIsCountedOnce() {
    Instant before = Samples.NOW.minusSeconds(20);
    PushReport earlier = Samples.orderedAt(before, Samples.accepted(Samples.device("phone")));
    PushReport own = Samples.orderedAt(Samples.NOW, Samples.accepted(Samples.device("tablet")));
    meters.decided(
        new Decision(
            Samples.invited(),
            Samples.pushes(earlier),
            new Disposition.Abandoned(),
            List.of(),
            before,
            before));

    meters.decided(
        new Decision(
            Samples.invited(),
            Samples.pushes(earlier, own),
            new Disposition.Final(Verdict.ACCEPTED),
            Samples.NOW));

    assertThat(pushes("accepted", "com.example.phone", "2xx")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"200, 2xx", "410, 4xx", "503, 5xx", "302, other", "700, other"})
  void aPushCountsByOutcomeAppAndClassOfStatus(int status, String statusClass) {
    decided(
        Samples.answered(
            Samples.device("phone"),
            new PushOutcome.TryAgain(PushOutcome.RetryReason.SERVER),
            status,
            "Whatever"));

    assertThat(pushes("server", "com.example.phone", statusClass)).isEqualTo(1);
  }

  @Test
  void anAppThatIsNotConfiguredHasNoTagOfItsOwn() {
    decided(
        Samples.accepted(Samples.device("phone", new BundleId("com.stranger.phone"), Samples.NOW)));

    assertThat(pushes("accepted", "other", "2xx")).isEqualTo(1);
  }

  @Test
  void timesAreMeasuredFromTheRecordsTimestamp() {
    decided(Samples.accepted(Samples.device("phone")));

    assertThat(millis("ringpost.invite.to.written")).isEqualTo(20);
    assertThat(millis("ringpost.push.to.answer")).isEqualTo(30);
    assertThat(millis("ringpost.push.budget.left")).isEqualTo(29_980);
    assertThat(millis("ringpost.invite.to.verdict")).isEqualTo(1_000);
  }

  @Test
  void whatAnEarlierAttemptHadWrittenIsMeasuredOnce() {
    Instant again = Samples.NOW.plusSeconds(6);
    PushReport late = Samples.orderedAt(again, Samples.accepted(Samples.device("phone")));
    meters.decided(
        new Decision(
            Samples.invited(),
            Samples.pushes(late),
            new Disposition.Final(Verdict.ACCEPTED),
            again));

    assertThat(pushes("accepted", "com.example.phone", "2xx")).isEqualTo(1);
    assertThat(timer("ringpost.invite.to.written").count()).isZero();
    assertThat(timer("ringpost.push.budget.left").count()).isZero();
    assertThat(millis("ringpost.push.to.answer")).isEqualTo(30);
  }

  @Test
  void aPushThatWasNeverWrittenHasNoTimes() {
    decided(
        Samples.unanswered(
            Samples.device("phone"), new PushOutcome.TryAgain(PushOutcome.RetryReason.BUSY)));

    assertThat(timer("ringpost.invite.to.written").count()).isZero();
    assertThat(timer("ringpost.push.to.answer").count()).isZero();
    assertThat(timer("ringpost.push.budget.left").count()).isZero();
    assertThat(pushes("busy", "com.example.phone", "none")).isEqualTo(1);
  }

  @Test
  void aTimestampAheadOfUsMakesNoNegativeTime() {
    decided(appendedAt(Samples.NOW.plusSeconds(60)), Samples.accepted(Samples.device("phone")));

    assertThat(millis("ringpost.invite.to.written")).isZero();
    assertThat(millis("ringpost.invite.to.verdict")).isZero();
    assertThat(timer("ringpost.invite.to.verdict").count()).isEqualTo(1);
  }

  @Test
  void aTimestampFrom1970DoesNotSpoilTheAverage() {
    decided(appendedAt(Instant.EPOCH), Samples.accepted(Samples.device("phone")));

    assertThat(millis("ringpost.invite.to.verdict"))
        .isEqualTo((double) DeliveryMeters.LONGEST.toMillis());
  }

  @Test
  void noMeterNamesAUserADeviceOrACall() {
    decided(Samples.accepted(Samples.device("phone-of-alice")));

    assertThat(registry.getMeters())
        .allSatisfy(
            meter ->
                assertThat(meter.getId().toString())
                    .doesNotContain("alice", Samples.CALL.value(), "phone-of"));
  }

  private void decided(PushReport... pushes) {
    decided(Samples.invited(), pushes);
  }

  private void decided(Arrival arrival, PushReport... pushes) {
    meters.decided(
        new Decision(
            arrival,
            Samples.report(List.of(pushes), 0, 0, false),
            new Disposition.Final(Verdict.ACCEPTED),
            List.of(),
            Samples.NOW,
            Samples.NOW.plusSeconds(1)));
  }

  private static Arrival appendedAt(Instant timestamp) {
    return new Arrival.Invited(
        new Envelope(new Origin("call-invites", 0, 0, timestamp), null, null, List.of()),
        Attempt.first(Samples.invite()));
  }

  private static Decision settled(Verdict verdict) {
    return new Decision(
        Samples.invited(), Samples.pushes(), new Disposition.Final(verdict), Samples.NOW);
  }

  private double invites(String verdict) {
    return registry.get("ringpost.invites").tag("verdict", verdict).counter().count();
  }

  private double malformed(String reason) {
    return registry.get("ringpost.invites.malformed").tag("reason", reason).counter().count();
  }

  private double pushes(String outcome, String app, String status) {
    return registry
        .get("ringpost.pushes")
        .tags("outcome", outcome, "app", app, "environment", "production", "status", status)
        .counter()
        .count();
  }

  private Timer timer(String name) {
    return registry.get(name).timer();
  }

  private double millis(String name) {
    return timer(name).totalTime(TimeUnit.MILLISECONDS);
  }
}
