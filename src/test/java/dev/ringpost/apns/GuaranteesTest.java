package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.apns.wire.PushId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The watch over all tests of this room, beside bad senders that it must find out. */
class GuaranteesTest {

  private static final Duration RINGING = Duration.ofSeconds(30);
  private static final Behaviour TAKEN = Behaviour.accepts();

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final CallInvite invite = Calls.invite(clock.instant(), RINGING);
  private final Guarantees guarantees = new Guarantees();
  private final UUID apnsId = PushId.of(invite, Calls.device(Calls.TOKEN));

  GuaranteesTest() {
    guarantees.clock(clock);
  }

  @Test
  void aSenderThatKeepsThemPasses() {
    order(
        request -> {
          var _ = request.guard().refusal();
          arrive(TAKEN);
          return report(new Accepted(), 1);
        });

    assertThatCode(() -> guarantees.check(List.of("connected"))).doesNotThrowAnyException();
  }

  @Test
  void aPushWhoseGuardWasNotAskedIsSeen() {
    order(
        _ -> {
          arrive(TAKEN);
          return report(new Accepted(), 1);
        });

    assertBroken("its guard was not asked");
  }

  @Test
  void aPushThatIsNoTryOfAnyRingIsSeen() {
    order(
        request -> {
          var _ = request.guard().refusal();
          arrive(TAKEN);
          return report(new Accepted(), 0);
        });

    assertBroken("arrived 1 times, and 0 tries were told of");
  }

  @Test
  void aLatePushIsSeen() {
    order(
        request -> {
          var _ = request.guard().refusal();
          clock.advance(RINGING.plusSeconds(2));
          arrive(TAKEN);
          return report(new Accepted(), 1);
        });

    assertBroken("arrived after its deadline");
    assertBroken("was written after its deadline");
  }

  @Test
  void aTokenForgottenWithoutReasonIsSeen() {
    Behaviour unknown = Behaviour.rejects(400, "BadDeviceToken");
    order(
        request -> {
          var _ = request.guard().refusal();
          arrive(unknown);
          return report(new Unregistered(Optional.empty()), 1);
        });

    assertBroken("forgets a token that APNs did not call dead");
  }

  @Test
  void aRingWithoutAnOutcomeIsSeen() {
    var _ = guarantees.order(ring(), _ -> new CompletableFuture<>());

    assertBroken("has no outcome");
  }

  @Test
  void aTokenInTheLogIsSeen() {
    order(_ -> report(new Accepted(), 0));

    assertThatThrownBy(() -> guarantees.check(List.of("for " + Calls.TOKEN.hex())))
        .hasMessageContaining("a secret was logged");
  }

  private void assertBroken(String words) {
    assertThatThrownBy(() -> guarantees.check(List.of())).hasMessageContaining(words);
  }

  private interface Sender {
    PushReport ring(PushRequest request);
  }

  private void order(Sender sender) {
    var _ =
        guarantees.order(
            ring(), ordered -> CompletableFuture.completedFuture(sender.ring(ordered)));
  }

  private PushRequest ring() {
    return Calls.push(invite, Calls.device(Calls.TOKEN));
  }

  private void arrive(Behaviour behaviour) {
    Map<String, String> headers = Map.of("apns-id", apnsId.toString());
    guarantees.arrived(
        new ReceivedPush(
            Calls.TOKEN.hex(), headers, "{}", behaviour, clock.instant(), System.nanoTime(), 1, 1));
  }

  private PushReport report(PushOutcome outcome, int tries) {
    var device = Calls.device(Calls.TOKEN);
    return new PushReport(
        device,
        outcome,
        apnsId,
        Optional.empty(),
        "connection",
        tries,
        tries == 0 ? Optional.empty() : Optional.of(clock.instant()),
        clock.instant(),
        Duration.ZERO,
        Optional.empty(),
        device.environment());
  }
}
