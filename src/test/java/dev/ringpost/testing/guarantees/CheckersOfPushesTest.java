package dev.ringpost.testing.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The checkers of what arrived at APNs beside pushes that they must find out. */
@Timeout(30)
class CheckersOfPushesTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant DEADLINE = NOON.plusSeconds(30);
  private static final Duration READING = Duration.ofSeconds(2);

  private final List<ReceivedPush> arrived = new ArrayList<>();
  private final NothingLateRings late =
      new NothingLateRings(() -> List.copyOf(arrived), _ -> Optional.of(DEADLINE));
  private final NothingRingsAfterItsEnd ends =
      new NothingRingsAfterItsEnd(() -> List.copyOf(arrived), READING);
  private final NoNeedlessDoubleRing doubles = new NoNeedlessDoubleRing(() -> List.copyOf(arrived));

  private void arrive(String id, Instant at, Instant expiresAt, Behaviour behaviour) {
    String payload =
        """
        {"call": {"id": "call-1", "sentAt": "%s", "expiresAt": "%s"}}
        """
            .formatted(at, expiresAt);
    Map<String, String> headers =
        Map.of("apns-id", id, "apns-expiration", Long.toString(expiresAt.getEpochSecond()));
    arrived.add(new ReceivedPush("00ff", headers, payload, behaviour, at, 0, 1, 1));
  }

  private void arrive(String id, Instant at) {
    arrive(id, at, DEADLINE, Behaviour.accepts());
  }

  @Test
  void aPushInTimeIsNotLate() {
    arrive("a", DEADLINE.plusMillis(400));

    assertThat(late.breaches()).isEmpty();
    assertThat(late.carriedLate()).isZero();
  }

  @Test
  void aPushAfterTheDeadlineIsLateWhateverItSaysOfItself() {
    Instant itsOwn = DEADLINE.plusSeconds(30);
    arrive("a", DEADLINE.plusMillis(600), itsOwn, Behaviour.accepts());

    assertThat(late.breaches())
        .satisfiesExactlyInAnyOrder(
            breach -> assertThat(breach).contains("arrived at", "after its deadline"),
            breach -> assertThat(breach).contains("says that it rings until"),
            breach -> assertThat(breach).contains("lets Apple ring until"));
  }

  @Test
  void aWrongDeadlineIsSeenThoughThePushIsInTime() {
    arrive("a", NOON.plusSeconds(1), DEADLINE.plusSeconds(3), Behaviour.accepts());

    assertThat(late.breaches()).hasSize(2);
  }

  @Test
  void whatANetworkCarriedIsCountedApart() {
    arrive("a", DEADLINE.plusSeconds(5));
    arrive("b", DEADLINE.plusSeconds(9));
    late.carried(DEADLINE.plusSeconds(4), DEADLINE.plusSeconds(6));

    assertThat(late.carriedLate()).isEqualTo(1);
    assertThat(late.breaches()).singleElement().asString().startsWith("b arrived at");
  }

  @Test
  void whereTheDeadlineIsNotKnownThePushIsHeldAgainstItsOwn() {
    var byItself = new NothingLateRings(() -> List.copyOf(arrived), _ -> Optional.empty());
    arrive("a", DEADLINE.plusSeconds(5));

    assertThat(byItself.breaches()).hasSize(1);
  }

  @Test
  void aRingAfterTheEndIsSeen() {
    arrive("a", NOON.plusSeconds(1));
    ends.ended(new CallId("call-1"), NOON);
    assertThat(ends.breaches()).as("within what reading may take").isEmpty();

    arrive("b", NOON.plusSeconds(3));
    assertThat(ends.breaches()).singleElement().asString().contains("rang after its end");

    ends.unread(NOON.minusSeconds(1), NOON.plusSeconds(2));
    assertThat(ends.breaches()).as("it could not be read before").isEmpty();
  }

  @Test
  void aRepeatOfAnAcceptedPushIsSeen() {
    arrive("a", NOON, DEADLINE, Behaviour.rejects(503, "Shutdown"));
    arrive("a", NOON.plusSeconds(1));
    assertThat(doubles.breaches()).isEmpty();

    arrive("a", NOON.plusSeconds(2));
    assertThat(doubles.breaches()).singleElement().asString().contains("rang again");
    assertThat(doubles.excused()).isZero();
  }

  @Test
  void onlyWhatWasAcceptedInTroubleMayRingAgain() {
    arrive("a", NOON);
    arrive("a", NOON.plusSeconds(9));
    doubles.excuse(NOON.plusSeconds(5), NOON.plusSeconds(10));
    assertThat(doubles.breaches()).as("accepted long before").hasSize(1);

    doubles.excuse(NOON.minusSeconds(1), NOON.plusSeconds(1));
    assertThat(doubles.breaches()).isEmpty();
    assertThat(doubles.excused()).isEqualTo(1);
  }

  @Test
  void whatAProcessWroteThatHadStoodStillIsNoDecision() {
    arrive("a", NOON);
    arrive("a", NOON.plusSeconds(9));
    doubles.carried(NOON.plusSeconds(8), NOON.plusSeconds(10));
    assertThat(doubles.breaches()).isEmpty();

    arrive("a", NOON.plusSeconds(11));
    assertThat(doubles.breaches()).hasSize(1);
  }

  @Test
  void aDeviceWithTwoIdsInOneCallIsSeen() {
    arrive("a", NOON);
    arrive("b", NOON.plusSeconds(1));

    assertThat(doubles.breaches()).singleElement().asString().contains("was pushed with 2 ids");
  }
}
