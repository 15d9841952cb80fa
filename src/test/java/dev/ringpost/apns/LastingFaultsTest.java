package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionView;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trouble that lasts, while calls go on all the time. */
class LastingFaultsTest {

  private static final int TURNS = 2;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void aServerThatComesAndGoesTakesPushesEachTimeThatItIsThere() throws Exception {
    int port = FreePort.find();
    try (var fixture = SenderFixture.in(folder).production(port).start();
        var ringing = new SteadyPushes(fixture, invite)) {
      for (int turn = 0; turn < TURNS; turn++) {
        double refused = fixture.connectionsReplaced("connect_failed");
        SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") > refused);
        try (var apns = fixture.server().port(port).start()) {
          SenderFixture.eventually(() -> apns.received() > 100);
          assertThat(apns.connections()).hasSizeLessThanOrEqualTo(2);
        }
      }
      try (var _ = fixture.server().port(port).start()) {
        ringing.stop();
        assertThat(ringing.failures()).isEmpty();
        assertThat(fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN)).isZero();
        assertThat(fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT)).isZero();
      }
    }
  }

  @Test
  void whenHalfOfTheConnectionsHangTheOthersRingOn() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(4).attemptMax(Duration.ofMillis(300));
        var apns = fixture.server().start()) {
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(5)));
      fixture.startWide(apns, invite, 900);
      try (var ringing = new SteadyPushes(fixture, invite)) {
        int warm = 100;
        SenderFixture.eventually(() -> ringing.done() > warm);
        apns.begin(Fault.silence(), Scope.connection(1));
        apns.begin(Fault.silence(), Scope.connection(2));
        int before = ringing.done();
        while (fixture.connectionsReplaced("silent") < 2) {
          assertThat(fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN)).isZero();
          Thread.sleep(Duration.ofMillis(5));
        }
        assertThat(ringing.failures()).containsOnly(new TryAgain(RetryReason.NO_ANSWER));
        int hung = ringing.failures().size();
        assertThat(ringing.done() - before).isGreaterThan(5 * hung);
      }
      apns.recover();
      assertThat(fixture.connectionsReplaced("silent")).isEqualTo(2);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 4);
    }
  }

  /** As APNs was seen to throttle: SETTINGS of one stream, and RST_STREAM for what is in flight. */
  @Test
  void aFallToOneStreamWithManyInFlightLosesNothingAndWritesEachTryOnce() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().maxStreams(100).start()) {
      fixture.startWide(apns, invite, 100);
      long before = apns.received();
      var rings =
          IntStream.range(0, 80).mapToObj(phone -> throttled(fixture, apns, phone)).toList();
      SenderFixture.eventually(() -> apns.received() == before + 80);
      apns.begin(Fault.streamLimit(1), Scope.all());

      for (int phone = 0; phone < rings.size(); phone++) {
        PushReport report = rings.get(phone).join();
        assertThat(report.outcome()).isEqualTo(new Accepted());
        assertThat(report.tries()).isEqualTo(isRefused(phone) ? 2 : 1);
      }
      assertThat(fixture.triedAgain("unanswered")).isEqualTo(60);
      assertThat(apns.received()).isEqualTo(before + 140);
      // A connection that is allowed next to nothing may be replaced, but not more than once so
      // soon.
      assertThat(apns.connections())
          .hasSizeBetween(2, 4)
          .extracting(ConnectionView::refusedStreams)
          .containsOnly(0L);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
    }
  }

  private CompletableFuture<PushReport> throttled(
      SenderFixture fixture, LocalApns apns, int phone) {
    Duration inFlight = Duration.ofMillis(300);
    VoipToken token = Calls.token(phone);
    apns.answerNext(
        token,
        isRefused(phone)
            ? Behaviour.refusesStream().after(inFlight)
            : Behaviour.accepts().after(inFlight));
    return fixture.push(Calls.push(invite, Calls.device(token)));
  }

  private static boolean isRefused(int phone) {
    return phone % 4 != 0;
  }
}
