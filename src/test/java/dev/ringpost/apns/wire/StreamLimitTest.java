package dev.ringpost.apns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.SenderFixture;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionView;
import dev.ringpost.testing.apns.LocalApns;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rule that a connection is never handed more than the stream limit that APNs announced. */
class StreamLimitTest {

  private static final Duration RTT = Duration.ofMillis(20);

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void aBurstOnNewConnectionsKeepsToTheOneStreamBeforeTheFirstAnswer() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().maxStreams(7).start()) {
      apns.answerAll(Behaviour.accepts().after(RTT));
      fixture.production(apns.port()).start();

      assertAllAccepted(ringAll(fixture, 200));
      assertThat(apns.received()).isEqualTo(200);
      assertThat(apns.connections())
          .hasSize(2)
          .allSatisfy(
              connection -> {
                assertThat(connection.refusedStreams()).isZero();
                assertThat(connection.mostInFlight()).isBetween(2, 7);
              });
    }
  }

  @Test
  void aConnectionOfOneStreamGetsOnePushAtATime() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().maxStreams(1).start()) {
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(5)));
      fixture.production(apns.port()).start();

      assertAllAccepted(ringAll(fixture, 100));
      assertThat(apns.connections()).extracting(ConnectionView::mostInFlight).containsOnly(1);
    }
  }

  @Test
  void theSettingBoundsWhatApnsWouldTake() throws Exception {
    try (var fixture = SenderFixture.in(folder).maxInFlight(3);
        var apns = fixture.server().start()) {
      apns.answerAll(Behaviour.accepts().after(RTT));
      fixture.production(apns.port()).start();
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 2);

      assertAllAccepted(ringAll(fixture, 60));
      assertThat(apns.connections()).extracting(ConnectionView::mostInFlight).containsOnly(3);
      assertThat(fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT)).isEqualTo(6);
    }
  }

  @Test
  void theWorkIsSpreadOverTheConnections() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(4);
        var apns = fixture.server().start()) {
      // so slowly that all are in flight at once
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(700)));
      fixture.production(apns.port()).start();
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 4);
      assertAllAccepted(ringAll(fixture, 4));
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT) == 4 * 900);

      assertAllAccepted(ringAll(fixture, 400));
      assertThat(apns.connections())
          .extracting(ConnectionView::pushes)
          .allSatisfy(pushes -> assertThat(pushes).isBetween(99L, 103L));
    }
  }

  @Test
  void pushesThatFindNoPlaceInTimeMayBeTriedAgain() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofMillis(500));
        var apns = fixture.server().maxStreams(1).start()) {
      apns.answerAll(Behaviour.keepsSilent());
      fixture.production(apns.port()).start();
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
      var first = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      var second = fixture.push(Calls.push(invite, Calls.device(Calls.token(1))));

      assertThat(first.join().outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
      assertThat(second.join().outcome()).isEqualTo(new TryAgain(RetryReason.BUSY));
      assertThat(second.join().tries()).isZero();
      assertThat(apns.received()).isEqualTo(1);
    }
  }

  @Test
  void aPushWithoutAnAnswerKeepsItsStreamAfterItsTime() throws Exception {
    try (var fixture =
            SenderFixture.in(folder)
                .connections(1)
                .maxInFlight(2)
                .attemptMax(Duration.ofSeconds(3));
        var apns = fixture.server().start()) {
      apns.answer(Calls.TOKEN, Behaviour.keepsSilent());
      fixture.production(apns.port()).start();
      unlock(fixture, apns);
      var unanswered = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      while (!unanswered.isDone()) {
        // the connection itself is well
        assertAllAccepted(ringAll(fixture, 1));
      }

      assertThat(fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT)).isEqualTo(1);
      assertAllAccepted(ringAll(fixture, 10));
      assertThat(apns.connections().getFirst().mostInFlight()).isEqualTo(2);
    }
  }

  /** The first answer opens a connection for more than one stream. */
  private void unlock(SenderFixture fixture, LocalApns apns) throws Exception {
    fixture.outcome(Calls.push(invite, Calls.device(Calls.token(99))));
    SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT) > 1);
    assertThat(apns.received()).isEqualTo(1);
  }

  private List<CompletableFuture<PushReport>> ringAll(SenderFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }

  private static void assertAllAccepted(List<CompletableFuture<PushReport>> rings) {
    assertThat(rings)
        .allSatisfy(ring -> assertThat(ring.join().outcome()).isEqualTo(new Accepted()));
  }
}
