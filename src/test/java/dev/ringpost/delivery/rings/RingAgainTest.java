package dev.ringpost.delivery.rings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeadTokens;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.TokenInvalidation;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The second push to phones that stay silent. */
@Timeout(10)
class RingAgainTest {

  private static final Device ONE = Samples.device("iphone-1");
  private static final Device TWO = Samples.device("iphone-2");
  private static final Device THREE = Samples.device("iphone-3");
  private static final int MAX_DEVICES = 3;

  private final TestingCallStates states = new TestingCallStates();
  private final TestingTokenDirectory directory = new TestingTokenDirectory();
  private final List<TokenInvalidation> dead = new ArrayList<>();
  private final HeardRings heard = new HeardRings();
  private Instant now = Samples.NOW;
  private Duration behind = Duration.ZERO;

  private final TestingPushSender sender = new TestingPushSender(() -> now, Duration.ofSeconds(4));

  private final RingAgain again =
      new RingAgain(
          new RingAgain.Ports(
              directory,
              states,
              sender,
              new DeadTokens(
                  new TokenFuse(new DeliverySettings.Fuse(20, 0.5, Duration.ofMinutes(1))), false),
              dead::add,
              heard,
              () -> now),
          MAX_DEVICES,
          Runnable::run);

  private final RingWatch watch =
      new RingWatch(
          states,
          () -> behind,
          _ -> {},
          heard,
          new CountedDecisions(),
          Duration.ofSeconds(5),
          () -> now,
          Optional.of(again));

  RingAgainTest() {
    states.ring(new CallId("other"), new DeviceId("iphone-9"), now);
    directory.put(Samples.ALICE, ONE, TWO, THREE);
  }

  @Test
  void eachSilentDeviceIsPushedOnceMoreAsTheFirstTimeButElsewhere() {
    watch.decided(decision(Samples.accepted(ONE), Samples.accepted(TWO)));

    later(4_999);
    assertThat(sender.pushes()).isEmpty();
    later(5_000);
    later(5_200);
    later(20_000);

    assertThat(sender.pushedDevices()).containsExactlyInAnyOrder(ONE.id(), TWO.id());
    assertThat(sender.pushes())
        .allSatisfy(
            push -> {
              assertThat(push.attempt()).isEqualTo(Samples.invited().attempt());
              assertThat(push.avoided()).isEqualTo(Samples.accepted(ONE).connection()).isNotEmpty();
            });
    assertThat(heard.pushes).hasSize(2);
    assertThat(heard.told).containsExactly(new RingVerdict.Silent());
  }

  @Test
  void itIsCountedWhetherThatHelped() {
    silent();
    later(9_000);
    states.ring(Samples.CALL, ONE.id(), now);
    later(9_200);
    later(20_000);
    assertThat(heard.ends).containsExactly(RingListener.AgainEnd.RANG);
    assertThat(heard.told).as("once for each invite").containsExactly(new RingVerdict.Silent());
    assertThat(watch.watched()).isZero();
  }

  @Test
  void itIsCountedWhetherItDidNot() {
    silent();
    now = Samples.DEADLINE.at();
    watch.look();
    assertThat(heard.ends).containsExactly(RingListener.AgainEnd.SILENT);
    assertThat(watch.watched()).isZero();
  }

  @Test
  void itIsCountedWhetherTheCallEndedMeanwhile() {
    silent();
    states.end(Samples.CALL, now);
    later(5_200);
    assertThat(heard.ends).containsExactly(RingListener.AgainEnd.ENDED);
  }

  @Test
  void whatWasNotAcceptedIsNotPushedAgain() {
    watch.decided(
        decision(
            Samples.accepted(ONE), Samples.unanswered(TWO, new TryAgain(RetryReason.NO_ANSWER))));
    later(5_000);

    assertThat(sender.pushedDevices()).containsExactly(ONE.id());
  }

  /** The last try was for one device only; the others had their push on the tries before. */
  @Test
  void aDeviceOfAnEarlierTryIsPushedAgainToo() {
    var attempt =
        Attempt.first(Samples.invite(Optional.empty(), Set.of(THREE.id())))
            .next(Optional.of(Set.of(ONE.id())), 1);
    watch.decided(decision(attempt, Samples.accepted(ONE)));
    later(5_000);

    assertThat(sender.pushedDevices()).containsExactlyInAnyOrder(ONE.id(), TWO.id());
    assertThat(sender.pushes())
        .extracting(PushRequest::avoided)
        .containsExactlyInAnyOrder(Samples.accepted(ONE).connection(), "");
  }

  @Test
  void aDeviceThatRegisteredMeanwhileIsPushedWithItsNewToken() {
    byte[] fresh = new byte[32];
    fresh[0] = 77;
    var renewed =
        new Device(ONE.id(), VoipToken.ofBytes(fresh), ONE.app(), ONE.environment(), Samples.NOW);
    watch.decided(decision(Samples.accepted(ONE)));
    directory.put(Samples.ALICE, renewed);
    later(5_000);

    assertThat(sender.pushes()).extracting(PushRequest::device).containsExactly(renewed);
  }

  @Test
  void whoHasLoggedOutIsNotRungAgain() {
    watch.decided(decision(Samples.accepted(ONE)));
    directory.put(
        Samples.ALICE,
        new DeviceLookup(
            List.of(TWO), List.of(new DeviceLookup.DeadDevice(ONE, Samples.NOW)), false));
    later(5_000);

    assertThat(sender.pushes()).isEmpty();
    assertThat(heard.ends).containsExactly(RingListener.AgainEnd.GONE);
    assertThat(watch.watched()).isZero();
  }

  @Test
  void aDeviceOfAnotherAppIsNotPushed() {
    var other = new BundleId("com.example.other");
    CallInvite invite = Samples.invite(Optional.of(Samples.APP), Set.of());
    watch.decided(decision(Attempt.first(invite), Samples.accepted(ONE)));
    directory.put(Samples.ALICE, Samples.device("iphone-1", other, Samples.NOW));
    later(5_000);

    assertThat(sender.pushes()).isEmpty();
  }

  @Test
  void aTokenThatDiedMeanwhileIsToldToBeDead() {
    sender.answerWith(
        push ->
            Samples.answered(
                push.device(), new Unregistered(Optional.empty()), 410, "Unregistered"));
    silent();

    assertThat(dead).hasSize(1);
    assertThat(dead.getFirst().device()).isEqualTo(ONE);
    assertThat(dead.getFirst().origin()).isEqualTo(Samples.invited().envelope().origin());
  }

  @Test
  void aCallThatRingsAnywhereOrEndedIsNotPushedAgain() {
    watch.decided(decision(Samples.accepted(ONE), Samples.accepted(TWO)));
    states.ring(Samples.CALL, TWO.id(), now);
    later(5_000);
    assertThat(sender.pushes()).isEmpty();

    states.end(Samples.CALL, now);
    watch.decided(decision(Samples.accepted(ONE)));
    later(10_000);
    assertThat(sender.pushes()).isEmpty();
  }

  @Test
  void nothingIsPushedAgainWhileItIsNotKnownWhoRings() {
    watch.decided(decision(Samples.accepted(ONE)));
    behind = Duration.ofSeconds(10);
    later(14_000);
    assertThat(sender.pushes()).isEmpty();
  }

  /** The guard is asked once more at the writing. */
  @Test
  void aDeviceThatRangMeanwhileIsNotWritten() {
    assertThat(refusedAfter(() -> states.ring(Samples.CALL, ONE.id(), now)))
        .containsExactly(NotSentReason.RINGING);
  }

  @Test
  void aCallThatEndsMeanwhileIsNotWritten() {
    assertThat(refusedAfter(() -> states.end(Samples.CALL, now)))
        .containsExactly(NotSentReason.ENDED);
  }

  private List<NotSentReason> refusedAfter(Runnable meanwhile) {
    List<NotSentReason> refused = new ArrayList<>();
    sender.answerWith(
        request -> {
          meanwhile.run();
          request.guard().refusal().ifPresent(refused::add);
          return Samples.unanswered(request.device(), new NotSent(NotSentReason.RINGING));
        });
    silent();
    return refused;
  }

  @Test
  void nothingIsPushedAfterTheDeadline() {
    watch.decided(decision(Samples.accepted(ONE)));
    later(30_000);

    assertThat(sender.pushes()).isEmpty();
    assertThat(heard.pushes).isEmpty();
    assertThat(watch.watched()).isZero();
  }

  /** A call with two phones is left out whole where there is room for one. */
  @Test
  void secondPushesInFlightAreBounded() {
    List<CompletableFuture<PushReport>> open = new ArrayList<>();
    sender.answerLater(
        _ -> {
          open.add(new CompletableFuture<>());
          return open.getLast();
        });
    for (int call = 1; call < RingAgain.MAX_IN_FLIGHT; call++) {
      watch.decided(decision(Samples.accepted(ONE)));
    }
    watch.decided(decision(Samples.accepted(ONE), Samples.accepted(TWO)));
    later(5_000);
    assertThat(sender.pushes()).hasSize(RingAgain.MAX_IN_FLIGHT - 1);
    assertThat(heard.ends).containsExactly(RingListener.AgainEnd.LEFT_OUT);

    sender.cutShort();
    watch.decided(decision(Samples.accepted(ONE), Samples.accepted(TWO)));
    later(10_000);
    assertThat(sender.pushes()).hasSize(RingAgain.MAX_IN_FLIGHT + 1);
  }

  /** Places are given back, whatever becomes of the calls. */
  @Test
  void keptInvitesAreBounded() {
    for (int turn = 1; turn <= 2; turn++) {
      for (int call = 0; call <= RingAgain.MAX_KEPT; call++) {
        watch.decided(decision(Samples.accepted(ONE)));
      }
      assertThat(heard.ends).hasSize(turn).containsOnly(RingListener.AgainEnd.LEFT_OUT);
      states.ring(Samples.CALL, ONE.id(), now);
      later(1_000L * turn);
    }
    assertThat(watch.watched()).isZero();
  }

  @Test
  void asManyDevicesAsForTheFirstPushAtMost() {
    Device four = Samples.device("iphone-4");
    directory.put(Samples.ALICE, ONE, TWO, THREE, four);
    watch.decided(
        decision(
            Samples.accepted(ONE),
            Samples.accepted(TWO),
            Samples.accepted(THREE),
            Samples.accepted(four)));
    later(5_000);

    assertThat(sender.pushes()).hasSize(MAX_DEVICES);
  }

  private void silent() {
    watch.decided(decision(Samples.accepted(ONE)));
    later(5_000);
  }

  private void later(long millis) {
    now = Samples.NOW.plusMillis(millis);
    watch.look();
  }

  private Decision decision(PushReport... pushes) {
    return decision(Samples.invited().attempt(), pushes);
  }

  private Decision decision(Attempt attempt, PushReport... pushes) {
    return new Decision(
        new Arrival.Invited(Samples.invited().envelope(), attempt),
        Samples.pushes(pushes),
        new Disposition.Final(Verdict.ACCEPTED),
        List.of(),
        now,
        now,
        SettableClaim.ofCommitted());
  }
}
