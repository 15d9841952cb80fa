package dev.ringpost.apns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.Rig;
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

/** A connection is never handed more than the stream limit that APNs announced. */
class StreamLimitTest {

  private static final Duration RTT = Duration.ofMillis(20);

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void aBurstOnNewConnectionsKeepsToTheOneStreamBeforeTheFirstAnswer() throws Exception {
    try (var rig = Rig.in(folder);
        var apns = rig.server().maxStreams(7).start()) {
      apns.answerAll(Behaviour.accepts().after(RTT));
      rig.production(apns.port()).start();

      assertAllAccepted(ringAll(rig, 200));
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
    try (var rig = Rig.in(folder);
        var apns = rig.server().maxStreams(1).start()) {
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(5)));
      rig.production(apns.port()).start();

      assertAllAccepted(ringAll(rig, 100));
      assertThat(apns.connections()).extracting(ConnectionView::mostInFlight).containsOnly(1);
    }
  }

  @Test
  void theSettingBoundsWhatApnsWouldTake() throws Exception {
    try (var rig = Rig.in(folder).maxInFlight(3);
        var apns = rig.server().start()) {
      apns.answerAll(Behaviour.accepts().after(RTT));
      rig.production(apns.port()).start();
      Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 2);

      assertAllAccepted(ringAll(rig, 60));
      assertThat(apns.connections()).extracting(ConnectionView::mostInFlight).containsOnly(3);
      assertThat(rig.gauge(ApnsMeterName.APNS_STREAM_LIMIT)).isEqualTo(6);
    }
  }

  @Test
  void theWorkIsSpreadOverTheConnections() throws Exception {
    try (var rig = Rig.in(folder).connections(4);
        var apns = rig.server().start()) {
      // so slowly that all are in flight at once
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(700)));
      rig.production(apns.port()).start();
      Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 4);
      assertAllAccepted(ringAll(rig, 4));
      Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_STREAM_LIMIT) == 4 * 900);

      assertAllAccepted(ringAll(rig, 400));
      assertThat(apns.connections())
          .extracting(ConnectionView::pushes)
          .allSatisfy(pushes -> assertThat(pushes).isBetween(99L, 103L));
    }
  }

  @Test
  void pushesThatFindNoPlaceInTimeMayBeTriedAgain() throws Exception {
    try (var rig = Rig.in(folder).connections(1).attemptMax(Duration.ofMillis(500));
        var apns = rig.server().maxStreams(1).start()) {
      apns.answerAll(Behaviour.keepsSilent());
      rig.production(apns.port()).start();
      Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
      var first = rig.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      var second = rig.push(Calls.push(invite, Calls.device(Calls.token(1))));

      assertThat(first.join().outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
      assertThat(second.join().outcome()).isEqualTo(new TryAgain(RetryReason.BUSY));
      assertThat(second.join().tries()).isZero();
      assertThat(apns.received()).isEqualTo(1);
    }
  }

  @Test
  void aPushWithoutAnAnswerKeepsItsStreamAfterItsTime() throws Exception {
    try (var rig = Rig.in(folder).connections(1).maxInFlight(2).attemptMax(Duration.ofSeconds(3));
        var apns = rig.server().start()) {
      apns.answer(Calls.TOKEN, Behaviour.keepsSilent());
      rig.production(apns.port()).start();
      unlock(rig, apns);
      var unanswered = rig.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      while (!unanswered.isDone()) {
        // the connection itself is well
        assertAllAccepted(ringAll(rig, 1));
      }

      assertThat(rig.gauge(ApnsMeterName.APNS_IN_FLIGHT)).isEqualTo(1);
      assertAllAccepted(ringAll(rig, 10));
      assertThat(apns.connections().getFirst().mostInFlight()).isEqualTo(2);
    }
  }

  /** The first answer opens a connection for more than one stream. */
  private void unlock(Rig rig, LocalApns apns) throws Exception {
    rig.outcome(Calls.push(invite, Calls.device(Calls.token(99))));
    Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_STREAM_LIMIT) > 1);
    assertThat(apns.received()).isEqualTo(1);
  }

  private List<CompletableFuture<PushReport>> ringAll(Rig rig, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> rig.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }

  private static void assertAllAccepted(List<CompletableFuture<PushReport>> rings) {
    assertThat(rings)
        .allSatisfy(ring -> assertThat(ring.join().outcome()).isEqualTo(new Accepted()));
  }
}
