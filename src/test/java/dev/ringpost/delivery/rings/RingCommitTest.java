package dev.ringpost.delivery.rings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.delivery.DeadTokens;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestingCallStates;
import dev.ringpost.testing.TestingPushSender;
import dev.ringpost.testing.TestingTokenDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Second verdicts and second pushes wait until the record of their call is committed. */
@Timeout(10)
class RingCommitTest {

  private static final Device PHONE = Samples.device("iphone-1");

  private final TestingCallStates states = new TestingCallStates();
  private final TestingTokenDirectory directory = new TestingTokenDirectory();
  private final List<RingReport> reports = new ArrayList<>();
  private final HeardRings heard = new HeardRings();
  private final SettableClaim claim = new SettableClaim();
  private Instant now = Samples.NOW;

  private final TestingPushSender sender = new TestingPushSender(() -> now, Duration.ofSeconds(4));

  private final RingAgain again =
      new RingAgain(
          new RingAgain.Ports(
              directory,
              states,
              sender,
              new DeadTokens(
                  new TokenFuse(new DeliverySettings.Fuse(20, 0.5, Duration.ofMinutes(1))), false),
              _ -> {},
              heard,
              () -> now),
          1,
          Runnable::run);

  private final RingWatch watch =
      new RingWatch(
          states,
          () -> Duration.ZERO,
          reports::add,
          heard,
          new CountedDecisions(),
          Duration.ofSeconds(5),
          () -> now,
          Optional.of(again));

  RingCommitTest() {
    states.ring(new CallId("other"), new DeviceId("iphone-9"), now);
    directory.put(Samples.ALICE, PHONE);
  }

  @Test
  void aPhoneThatRingsIsToldOnceItsRecordIsCommittedAndNotBefore() {
    accepted();
    states.ring(Samples.CALL, PHONE.id(), now);
    later(200);
    assertThat(reports).isEmpty();
    assertThat(watch.watched()).isEqualTo(1);

    claim.committed = true;
    later(400);
    later(600);

    assertThat(reports)
        .extracting(RingReport::verdict)
        .hasOnlyElementsOfType(RingVerdict.Rang.class)
        .hasSize(1);
    assertThat(heard.told).hasSize(1);
    assertThat(watch.watched()).isZero();
  }

  @Test
  void aSilentCallIsNeitherToldNorRungAgainBeforeItsRecordIsCommitted() {
    accepted();
    later(6_000);
    assertThat(reports).isEmpty();
    assertThat(sender.pushes()).isEmpty();

    claim.committed = true;
    later(6_200);
    later(6_400);

    assertThat(heard.told).containsExactly(new RingVerdict.Silent());
    assertThat(sender.pushedDevices()).containsExactly(PHONE.id());
  }

  @Test
  void aPhoneThatRingsWhileItsSilenceWaitsForTheCommitHasRung() {
    accepted();
    later(6_000);
    states.ring(Samples.CALL, PHONE.id(), now);
    claim.committed = true;
    later(6_200);

    assertThat(heard.told).hasOnlyElementsOfType(RingVerdict.Rang.class).hasSize(1);
    assertThat(sender.pushes()).isEmpty();
  }

  @Test
  void aPhoneThatRingsKeepsNoPlaceForASecondPushWhileItsCommitIsWaitedFor() {
    states.ring(Samples.CALL, PHONE.id(), now);
    for (int turn = 1; turn <= 2; turn++) {
      for (int call = 0; call < RingAgain.MAX_KEPT; call++) {
        accepted();
      }
      later(200L * turn);
    }

    assertThat(heard.ends).as("left out for want of a place").isEmpty();
    assertThat(watch.watched()).isEqualTo(2 * RingAgain.MAX_KEPT);
  }

  /** The partition is another worker's, who tells it, or Kafka is away. */
  @Test
  void whatIsNotCommittedInTimeIsNeverToldAndCounts() {
    accepted();
    states.ring(Samples.CALL, PHONE.id(), now);
    now = Samples.DEADLINE.at().plus(RingWatch.UNCOMMITTED_AFTER).minusMillis(1);
    watch.look();
    assertThat(watch.watched()).isEqualTo(1);
    now = now.plusMillis(1);
    watch.look();
    claim.committed = true;
    watch.look();

    assertThat(reports).isEmpty();
    assertThat(heard.told).isEmpty();
    assertThat(heard.uncommitted).isEqualTo(1);
    assertThat(watch.watched()).isZero();
  }

  @Test
  void aSilentCallThatIsNotCommittedInTimeIsNeitherToldNorRungAgain() {
    accepted();
    later(6_000);
    now = Samples.DEADLINE.at().plus(RingWatch.UNCOMMITTED_AFTER);
    watch.look();

    assertThat(reports).isEmpty();
    assertThat(sender.pushes()).isEmpty();
    assertThat(heard.uncommitted).isEqualTo(1);
    assertThat(watch.watched()).isZero();
  }

  /** APNs may answer some seconds after the deadline. */
  @Test
  void whatIsAcceptedLateHasItsTimeToBeCommitted() {
    now = Samples.DEADLINE.at().plus(RingWatch.UNCOMMITTED_AFTER);
    accepted();
    states.ring(Samples.CALL, PHONE.id(), now);
    watch.look();
    claim.committed = true;
    watch.look();

    assertThat(heard.told).hasSize(1);
    assertThat(heard.uncommitted).isZero();
  }

  /** Its partition was lost and came back: here nobody rings it again, and nobody else tells. */
  @Test
  void whatIsReadAgainHereIsToldByTheCommitOfThatReading() {
    accepted();
    states.ring(Samples.CALL, PHONE.id(), now);
    var newer = new SettableClaim();
    watch.settledAgain(Samples.invited(), newer);
    later(200);
    assertThat(reports).isEmpty();

    newer.committed = true;
    later(400);
    later(600);

    assertThat(heard.told).hasOnlyElementsOfType(RingVerdict.Rang.class).hasSize(1);
  }

  @Test
  void theCommitOfAnotherTryTellsNothing() {
    accepted();
    states.ring(Samples.CALL, PHONE.id(), now);
    Arrival.Invited invited = Samples.invited();
    var retry =
        new Arrival.Invited(invited.envelope(), invited.attempt().next(Optional.empty(), 1));
    watch.settledAgain(retry, SettableClaim.ofCommitted());
    later(200);

    assertThat(reports).isEmpty();
  }

  @Test
  void aCallThatEndsWhileItsSilenceWaitsForTheCommitIsNotTold() {
    accepted();
    later(6_000);
    states.end(Samples.CALL, now);
    claim.committed = true;
    later(6_200);

    assertThat(reports).isEmpty();
    assertThat(heard.ended).isEqualTo(1);
  }

  private void accepted() {
    watch.decided(
        new Decision(
            Samples.invited(),
            Samples.pushes(Samples.accepted(PHONE)),
            new Disposition.Final(Verdict.ACCEPTED),
            List.of(),
            now,
            now,
            claim));
  }

  private void later(long millis) {
    now = Samples.NOW.plusMillis(millis);
    watch.look();
  }
}
