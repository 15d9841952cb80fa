package dev.ringpost.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.ResultJson;
import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.ShadowMeters.Outcome;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ComparisonTest {

  private static final Duration PATIENCE = Duration.ofSeconds(14);
  private static final int MAX = 8;
  private static final Device PHONE = Samples.device("phone");

  private final SettableClock clock = new SettableClock(Samples.NOW);
  private final List<String> compared = new ArrayList<>();
  private final Comparison comparison =
      new Comparison(
          new ShadowSettings(
              "call-invites",
              "call-push-results",
              "ringpost-shadow",
              new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
              PATIENCE,
              Map.of()),
          MAX,
          clock,
          (invite, outcome, _, _) -> compared.add(invite + " " + outcome.word()));

  @BeforeEach
  void begin() {
    comparison.begin(Map.of(3, 100L));
  }

  @Test
  void whichOfTheTwoComesFirstMakesNoDifference() {
    own(100);
    live(100);
    live(101);
    own(101);

    assertThat(compared).containsExactly("call-invites-3@100 agreed", "call-invites-3@101 agreed");
  }

  @Test
  void aVerdictIsMissedOnceTheOtherTopicHasBeenReadForItsPatienceAndNotBefore() {
    own(100);
    live(101);
    Instant until = Samples.NOW.plus(PATIENCE);

    comparison.advance(until.minusMillis(1), until.minusMillis(1));
    assertThat(compared).isEmpty();

    comparison.advance(until.minusMillis(1), until);
    assertThat(compared).containsExactly("call-invites-3@100 live_missing");

    comparison.advance(until, until);
    assertThat(compared)
        .containsExactly("call-invites-3@100 live_missing", "call-invites-3@101 shadow_missing");
    assertThat(comparison.size()).isZero();
  }

  @Test
  void aVerdictThatComesTooLateIsNoSecondDisagreement() {
    own(100);
    comparison.advance(Instant.MAX, Instant.MAX);
    live(100);
    comparison.advance(Instant.MAX, Instant.MAX);

    assertThat(compared).containsExactly("call-invites-3@100 live_missing");
  }

  @Test
  void whatIsToldTwiceCountsOnce() {
    own(100);
    live(100);
    live(100);
    comparison.advance(Instant.MAX, Instant.MAX);
    live(100);
    comparison.advance(Instant.MAX, Instant.MAX);

    assertThat(compared).containsExactly("call-invites-3@100 agreed");
  }

  @Test
  void whatWasInvitedBeforeItBeganIsNotItsOwn() {
    live(99);
    comparison.told(told(4, 100, 1));
    comparison.advance(Instant.MAX, Instant.MAX);

    assertThat(compared).isEmpty();
  }

  @Test
  void laterAttemptsAndInvitesOfOtherTopicsAreLeftOut() {
    comparison.told(told(3, 100, 2));
    Judgement judgement = told(3, 100, 1).judgement();
    comparison.told(new ToldVerdict("other-invites", 3, 100, 1, judgement));
    comparison.advance(Instant.MAX, Instant.MAX);

    assertThat(compared).isEmpty();
  }

  @Test
  void whatNobodyIsToldOfIsNotMissed() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "");
    Arrival arrival = new Arrival.Malformed(envelope(100), flaw, Optional.empty());
    var _ =
        comparison.store(
            new Decision(
                arrival, DeliveryReport.nothing(), new Disposition.DeadLetter(flaw), Samples.NOW));
    comparison.advance(Instant.MAX, Instant.MAX);

    assertThat(compared).containsExactly("call-invites-3@100 untold");
  }

  @Test
  void itsMemoryIsBoundedAndTheOldestGoesFirst() {
    own(100);
    live(100);
    for (int offset = 101; offset < 101 + MAX; offset++) {
      own(offset);
    }
    assertThat(comparison.size()).isEqualTo(MAX);
    assertThat(compared).as("it was compared").containsExactly("call-invites-3@100 agreed");

    own(101 + MAX);
    assertThat(comparison.size()).isEqualTo(MAX);
    assertThat(compared).last().isEqualTo("call-invites-3@101 forgotten");
  }

  @Test
  void whatIsOpenIsForgottenWhenItBeginsAnew() {
    own(100);
    live(100);
    own(101);
    comparison.begin(Map.of(3, 200L));
    live(101);
    comparison.advance(Instant.MAX, Instant.MAX);

    assertThat(compared)
        .containsExactly("call-invites-3@100 agreed", "call-invites-3@101 forgotten");
    assertThat(comparison.size()).isZero();
  }

  @Test
  void aResultThatIsToldTheLiveWayIsComparedByItsDevices() {
    own(100);
    byte[] none =
        """
        {"callId": "c", "invite": {"topic": "call-invites", "partition": 3, "offset": 100},
         "attempt": 1, "final": true, "verdict": "no_devices", "devices": [],
         "decidedAt": "2026-11-24T10:00:00Z"}\
        """
            .getBytes(UTF_8);
    comparison.told(ToldVerdict.read(none).orElseThrow());

    assertThat(compared).containsExactly("call-invites-3@100 " + Outcome.DEVICES.word());
  }

  private void own(long offset) {
    var _ = comparison.store(decision(3, offset));
  }

  private void live(long offset) {
    comparison.told(told(3, offset, 1));
  }

  private static ToldVerdict told(int partition, long offset, int attempt) {
    byte[] result =
        new ResultJson(CalleeAs.PLAIN, (_, _) -> false)
            .of(Samples.CALL, Verdict.ACCEPTED, attempt, true, decision(partition, offset));
    return ToldVerdict.read(result).orElseThrow();
  }

  private static Decision decision(int partition, long offset) {
    return new Decision(
        new Arrival.Invited(envelope(partition, offset), Attempt.first(Samples.invite())),
        Samples.pushes(Samples.unanswered(PHONE, new PushOutcome.Accepted())),
        new Disposition.Final(Verdict.ACCEPTED),
        Samples.NOW);
  }

  private static Envelope envelope(long offset) {
    return envelope(3, offset);
  }

  private static Envelope envelope(int partition, long offset) {
    return new Envelope(
        new Origin("call-invites", partition, offset, Samples.NOW), null, null, List.of());
  }
}
