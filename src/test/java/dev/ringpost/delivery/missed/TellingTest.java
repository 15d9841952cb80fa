package dev.ringpost.delivery.missed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.missed.CallFates.Fate;
import dev.ringpost.delivery.missed.MissedCallListener.End;
import dev.ringpost.testing.HeardLog;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.TestingPushSender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of an alert that meets trouble: a route that is down, or a fault of Ringpost's. */
@Timeout(20)
class TellingTest implements MissedCallListener {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final SettableClock clock = new SettableClock(Samples.DEADLINE.at().plusSeconds(2));
  private final TestingPushSender sender = new TestingPushSender(clock, Duration.ofSeconds(4));
  private final Waits later = new Waits();
  private final List<End> ends = new ArrayList<>();
  private final List<PushReport> tries = new ArrayList<>();
  private final MissedCalls calls = calls();
  private DeviceLookup lookup = new DeviceLookup(List.of(Samples.alert("phone")), List.of(), false);

  private MissedCalls calls() {
    return new MissedCalls(
        _ -> Fate.UNANSWERED,
        _ -> lookup,
        sender,
        _ -> CompletableFuture.completedFuture(null),
        this,
        new TokenFuse(new DeliverySettings.Fuse(50, 0.2, Duration.ofMinutes(10))),
        new MissedCallSettings(Duration.ofHours(24), 20, false),
        clock,
        System::nanoTime,
        later);
  }

  @Override
  public void ended(End end) {
    ends.add(end);
  }

  @Override
  public void pushed(PushReport push) {
    tries.add(push);
  }

  /** The breaker of its route is open: it is asked for again, and not for ever. */
  @ParameterizedTest
  @EnumSource(names = {"ROUTE_DOWN", "SERVER_DOWN"})
  void anAlertWhoseRouteStaysDownIsGivenUpAfterAllTries(RetryReason down) {
    routeIs(down);
    CompletableFuture<Void> done = handle();

    for (Duration _ : Telling.WAITS) {
      assertThat(done).isNotDone();
      later.pass();
    }

    assertThat(done).isCompleted();
    assertThat(later.waited).isEqualTo(Telling.WAITS);
    assertThat(ends).containsExactly(End.FAILED);
    assertThat(tries)
        .hasSize(1 + Telling.WAITS.size())
        .allSatisfy(
            untried -> {
              assertThat(untried.outcome()).isEqualTo(new TryAgain(down));
              assertThat(untried.tries()).isZero();
            });
  }

  @Test
  void anAlertWhoseRouteComesBackIsToldOnce() {
    routeIs(RetryReason.ROUTE_DOWN);
    CompletableFuture<Void> done = handle();

    sender.answerWith(push -> Samples.accepted(push.device()));
    later.pass();

    assertThat(done).isCompleted();
    assertThat(ends).containsExactly(End.TOLD);
    assertThat(later.waited).containsExactly(Telling.WAITS.getFirst());
  }

  /** Its answers may have been lost on the way: it may have been shown. */
  @Test
  void anAlertThatFailedIsNotBegunAgain() {
    routeIs(RetryReason.SERVER_DOWN);
    CompletableFuture<Void> done = handle();
    Telling.WAITS.forEach(_ -> later.pass());
    assertThat(done).isCompleted();
    int before = tries.size();

    assertThat(handle()).isCompleted();

    assertThat(ends).containsExactly(End.FAILED, End.REPEAT);
    assertThat(tries).hasSize(before);
  }

  /** Its user signed out of a tablet, and another one in: the token is theirs now. */
  @Test
  void aTokenThatIsNotTheCalleesAnyMoreIsNotTriedAgain() {
    routeIs(RetryReason.SERVER_DOWN);
    CompletableFuture<Void> done = handle();
    lookup = new DeviceLookup(List.of(), List.of(), lookup.live(), 0, false);

    later.pass();

    assertThat(done).isCompleted();
    assertThat(tries).hasSize(1);
    assertThat(ends).containsExactly(End.FAILED);
  }

  @Test
  void aTokenThatWasReplacedIsTriedWithTheNewOne() {
    routeIs(RetryReason.SERVER_DOWN);
    CompletableFuture<Void> done = handle();
    Device before = lookup.live().getFirst();
    Device renewed =
        new Device(
            before.id(),
            VoipToken.parse("aabb"),
            before.app(),
            before.environment(),
            before.registeredAt().plusSeconds(1),
            Optional.empty(),
            before.kind());
    lookup = new DeviceLookup(List.of(renewed, Samples.alert("other")), List.of(), false);
    sender.answerWith(push -> Samples.accepted(push.device()));

    later.pass();

    assertThat(done).isCompleted();
    assertThat(tries).extracting(PushReport::device).containsExactly(before, renewed);
    assertThat(ends).containsExactly(End.TOLD);
  }

  @Test
  void aFaultIsLoggedWithTheTraceOfItsCall() {
    sender.answerLater(
        _ -> {
          throw new IllegalStateException("planted");
        });
    RecordHeader traceparent =
        Samples.header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
    try (var log = HeardLog.of(Telling.class)) {
      assertThat(handle(traceparent)).isCompleted();

      assertThat(log.facts())
          .containsExactly("invite=Envelope[call-invites-3@42]", "trace=" + TRACE);
    }
    assertThat(ends).containsExactly(End.FAILED);
  }

  private void routeIs(RetryReason down) {
    sender.answerWith(push -> Samples.unanswered(push.device(), new TryAgain(down)));
  }

  private CompletableFuture<Void> handle(RecordHeader... headers) {
    var attempt = new Attempt(Samples.invite(), 2, Optional.empty(), 1, Optional.empty());
    return calls.handle(
        new Arrival.Invited(Samples.envelope(headers), attempt), () -> true, () -> {});
  }
}
