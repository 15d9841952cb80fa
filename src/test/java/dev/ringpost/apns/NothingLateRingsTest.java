package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guarantee of that name, as far as this room gives it. */
class NothingLateRingsTest {

  private static final Duration RINGING = Duration.ofSeconds(50);

  @TempDir Path folder;

  private final SettableClock clock = new SettableClock(Instant.now());
  private final CallInvite invite = Calls.invite(clock.instant(), RINGING);

  @Test
  void callsThatExpireWhileApnsIsDownAreNotRungWhenItIsBack() throws Exception {
    int port = FreePort.find();
    try (var fixture =
        SenderFixture.in(folder).clock(clock).production(port).attemptMax(RINGING).start()) {
      var late = ringAll(fixture, 50);
      clock.advance(RINGING);
      try (var apns = fixture.server().port(port).start()) {
        assertThat(outcomesOf(late)).containsOnly(new NotSent(NotSentReason.LATE));

        CallInvite fresh = Calls.invite(clock.instant(), RINGING);
        assertThat(fixture.outcome(Calls.push(fresh, Calls.device(Calls.TOKEN))).outcome())
            .isEqualTo(new Accepted());
        assertThat(apns.received()).isEqualTo(1);
      }
    }
  }

  @Test
  void callsThatOutliveAnOutageAreRungWhenApnsIsBack() throws Exception {
    int port = FreePort.find();
    try (var fixture =
        SenderFixture.in(folder).clock(clock).production(port).attemptMax(RINGING).start()) {
      var waiting = ringAll(fixture, 50);
      try (var apns = fixture.server().port(port).start()) {
        assertThat(outcomesOf(waiting)).containsOnly(new Accepted());
        assertThat(apns.received()).isEqualTo(50);
      }
    }
  }

  @Test
  void callsThatExpireWhileTheyWaitForAStreamAreNotRung() throws Exception {
    try (var fixture = SenderFixture.in(folder).clock(clock).connections(1).attemptMax(RINGING);
        var apns = fixture.server().maxStreams(1).start()) {
      apns.answer(Calls.TOKEN, Behaviour.accepts().after(Duration.ofSeconds(1)));
      fixture.production(apns.port()).start();
      var first = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      awaitArrival(apns, 1);
      var late = ringAll(fixture, 20);
      clock.advance(RINGING);

      assertThat(first.join().outcome()).isEqualTo(new Accepted());
      assertThat(outcomesOf(late)).containsOnly(new NotSent(NotSentReason.LATE));
      assertThat(apns.received()).isEqualTo(1);
    }
  }

  @Test
  void callsOfALostPartitionAreNotRung() throws Exception {
    AtomicBoolean held = new AtomicBoolean(true);
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(RINGING);
        var apns = fixture.server().maxStreams(1).start()) {
      apns.answer(Calls.TOKEN, Behaviour.accepts().after(Duration.ofSeconds(1)));
      fixture.production(apns.port()).start();
      var first = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      awaitArrival(apns, 1);
      var waiting = fixture.push(Calls.push(invite, Calls.device(Calls.token(1)), held::get));
      held.set(false);

      assertThat(first.join().outcome()).isEqualTo(new Accepted());
      assertThat(waiting.join().outcome()).isEqualTo(new NotSent(NotSentReason.LOST));
      assertThat(apns.received()).isEqualTo(1);
    }
  }

  @Test
  void aPushThatWasGivenUpIsNotWrittenLater() throws Exception {
    int port = FreePort.find();
    try (var fixture =
        SenderFixture.in(folder)
            .production(port)
            .connections(1)
            .attemptMax(Duration.ofMillis(200))
            .start()) {
      assertThat(outcomesOf(ringAll(fixture, 20))).extracting("code").containsOnly("connection");
      try (var apns = fixture.server().port(port).start()) {
        SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
        fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
        SenderFixture.eventually(() -> apns.received() > 0);

        assertThat(apns.pushes())
            .singleElement()
            .satisfies(push -> assertThat(push.token()).isEqualTo(Calls.TOKEN.hex()));
      }
    }
  }

  private List<CompletableFuture<PushReport>> ringAll(SenderFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }

  private static List<PushOutcome> outcomesOf(List<CompletableFuture<PushReport>> rings) {
    return rings.stream().map(ring -> ring.join().outcome()).toList();
  }

  private static void awaitArrival(LocalApns apns, int pushes) {
    SenderFixture.eventually(() -> apns.received() == pushes);
  }
}
