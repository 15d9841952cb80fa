package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.ConnectionView;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that fail: what Pushy makes of them, and what Ringpost makes of that. */
class ConnectionHazardsTest {

  /** What a busy machine may add to the time of an outcome. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  private static final Duration SHORT = Duration.ofMillis(500);

  /** What APNs allows on each connection, once a client has proven itself. */
  private static final int STREAMS = 20;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void connectRefusedGivesEveryRingItsOutcomeInTime() throws Exception {
    try (var fixture =
        SenderFixture.in(folder)
            .connections(1)
            .production(FreePort.find())
            .attemptMax(SHORT)
            .start()) {
      assertThat(reports(ringAll(fixture, 30)))
          .allSatisfy(report -> assertInTime(report, SHORT))
          .allSatisfy(report -> assertUnwritten(report, RetryReason.CONNECTION));
      assertNothingLeft(fixture);
    }
  }

  @Test
  void aConnectThatIsNeverAnsweredGivesEveryRingItsOutcomeInTime() throws Exception {
    try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var _ = Backlog.filled(deaf.getLocalPort());
        var fixture =
            SenderFixture.in(folder)
                .connections(1)
                .connectTimeout(Duration.ofMillis(200))
                .production(deaf.getLocalPort())
                .attemptMax(SHORT)
                .start()) {
      assertThat(reports(ringAll(fixture, 10)))
          .allSatisfy(report -> assertInTime(report, SHORT))
          .allSatisfy(report -> assertUnwritten(report, RetryReason.CONNECTION));
      SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") >= 2);
      assertNothingLeft(fixture);
    }
  }

  /** Connections that fill a server's queue, so that the next ones are never answered. */
  private record Backlog(List<SocketChannel> waiting) implements AutoCloseable {

    static Backlog filled(int port) throws IOException {
      List<SocketChannel> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        waiting.add(channel);
      }
      return new Backlog(waiting);
    }

    @Override
    public void close() throws IOException {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  static List<Fault> whatKeepsAConnectionFromOpening() {
    return List.of(Fault.tlsRefused(), Fault.silence(), Fault.noSettings());
  }

  @ParameterizedTest
  @MethodSource("whatKeepsAConnectionFromOpening")
  void tlsOrSettingsThatFailCostNoRingAndNoConnection(Fault fault) throws Exception {
    try (var fixture =
            SenderFixture.in(folder)
                .connections(1)
                .connectTimeout(Duration.ofMillis(300))
                .attemptMax(SHORT);
        var apns = fixture.server().start()) {
      try (ActiveFault _ = apns.begin(fault, Scope.all())) {
        fixture.production(apns.port()).start();
        assertThat(reports(ringAll(fixture, 10)))
            .allSatisfy(report -> assertInTime(report, SHORT))
            .allSatisfy(report -> assertUnwritten(report, RetryReason.CONNECTION));
        SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") >= 2);
        // between two openings none is left; a silent server does not see its clients leave
        SenderFixture.eventually(() -> apns.open() == 0 || fault.equals(Fault.silence()));
      }
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
      assertThat(one(fixture).outcome()).isEqualTo(new Accepted());
      assertThat(apns.received()).isEqualTo(1);
      SenderFixture.eventually(() -> apns.open() == 1);
    }
  }

  static List<ConnectionFault> connectionFaults() {
    return List.of(ConnectionFault.tcpReset(), ConnectionFault.goAway("Shutdown"));
  }

  @ParameterizedTest
  @MethodSource("connectionFaults")
  void tcpResetOrGoAwayCostsOnlyThePushesInFlightOnThatConnectionASecondTry(ConnectionFault fault)
      throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(2);
        var apns = fixture.server().maxStreams(STREAMS).start()) {
      fixture.startWide(apns, invite, STREAMS);
      long before = apns.received();
      apns.begin(Fault.slowAnswers(Duration.ofMillis(600)), Scope.all());
      var rings = ringAll(fixture, 40);
      SenderFixture.eventually(() -> apns.received() - before == 40);
      apns.inject(fault, Scope.connection(1));

      List<String> failed =
          apns.pushes().stream()
              .skip(before)
              .filter(push -> push.connection() == 1)
              .map(ReceivedPush::token)
              .toList();
      assertThat(failed).hasSize(20);
      assertThat(reports(rings))
          .allSatisfy(
              report -> {
                assertThat(report.outcome()).isEqualTo(new Accepted());
                boolean hasFailed = failed.contains(report.device().token().hex());
                assertThat(report.tries()).isEqualTo(hasFailed ? 2 : 1);
                assertThat(apns.pushes(report.device().token()))
                    .hasSize(report.tries())
                    .extracting(push -> push.header("apns-id"))
                    .containsOnly(report.apnsId().toString());
              });
      assertThat(fixture.triedAgain("unanswered")).isEqualTo(20);
      assertNothingLeft(fixture);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 2);
      assertThat(
              fixture.connectionsReplaced(
                  fault instanceof ConnectionFault.GoAway ? "goaway" : "connection_lost"))
          .isEqualTo(1);
      assertThat(apns.open()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("connectionFaults")
  void sendsThatRaceTheEndOfTheirConnectionAreNeitherLostNorDoubled(ConnectionFault fault)
      throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(4).attemptMax(Duration.ofSeconds(5));
        var apns = fixture.server().maxStreams(STREAMS).start()) {
      fixture.startWide(apns, invite, STREAMS);
      apns.begin(Fault.slowAnswers(Duration.ofMillis(2)), Scope.all());
      List<CompletableFuture<PushReport>> rings = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        rings.add(fixture.push(Calls.push(invite, Calls.device(Calls.token(i)))));
        if (i % 100 == 50) {
          apns.inject(fault, Scope.connection(1 + i / 100));
        }
        if (i % 10 == 0) {
          Thread.sleep(Duration.ofMillis(5));
        }
      }

      assertThat(reports(rings))
          .allSatisfy(
              report ->
                  assertThat(apns.pushes(report.device().token()))
                      .hasSizeLessThanOrEqualTo(report.tries()))
          .allSatisfy(
              report -> {
                assertThat(report.tries()).isBetween(1, TryRule.MAX_TRIES);
                if (report.tries() < TryRule.MAX_TRIES) {
                  assertThat(report.outcome()).isEqualTo(new Accepted());
                } else { // each of its connections may have ended
                  assertThat(report.outcome())
                      .isIn(new Accepted(), new TryAgain(RetryReason.CONNECTION));
                }
              });
      assertThat(apns.connections()).extracting(ConnectionView::refusedStreams).containsOnly(0L);
      assertThat(apns.connections())
          .extracting(ConnectionView::mostInFlight)
          .allSatisfy(most -> assertThat(most).isLessThanOrEqualTo(STREAMS));
      assertNothingLeft(fixture);
    }
  }

  @Test
  void aHalfOpenConnectionIsGivenUpForWantOfAnswers() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(SHORT);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertThat(one(fixture).outcome()).isEqualTo(new Accepted());
      try (ActiveFault _ = apns.begin(Fault.silence(), Scope.connection(1))) {
        PushReport unanswered = one(fixture);
        assertThat(unanswered.outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
        assertInTime(unanswered, SHORT);
        assertThat(reports(ringAll(fixture, 20))).allSatisfy(report -> assertInTime(report, SHORT));

        SenderFixture.eventually(() -> fixture.connectionsReplaced("silent") == 1);
        // so many unanswered ones may have opened the breaker
        SenderFixture.eventually(() -> one(fixture).outcome().equals(new Accepted()));
        assertNothingLeft(fixture);
      }
    }
  }

  /** Before a call finds out. */
  @Test
  void anIdleHalfOpenConnectionIsGivenUpForWantOfAPingsAnswer() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).idlePing(Duration.ofMillis(400));
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertThat(one(fixture).outcome()).isEqualTo(new Accepted());
      try (ActiveFault _ = apns.begin(Fault.silence(), Scope.connection(1))) {
        SenderFixture.eventually(() -> fixture.connectionsReplaced("connection_lost") == 1);
        PushReport second = one(fixture);
        assertThat(second.outcome()).isEqualTo(new Accepted());
        assertThat(second.tries()).isEqualTo(1);
        assertNothingLeft(fixture);
      }
    }
  }

  private PushReport one(SenderFixture fixture) throws Exception {
    return fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
  }

  private List<CompletableFuture<PushReport>> ringAll(SenderFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }

  private static List<PushReport> reports(List<CompletableFuture<PushReport>> rings) {
    return rings.stream().map(CompletableFuture::join).toList();
  }

  private static void assertInTime(PushReport report, Duration attemptMax) {
    assertThat(report.took()).isLessThan(attemptMax.plus(SLACK));
  }

  private static void assertUnwritten(PushReport report, RetryReason cause) {
    assertThat(report.outcome()).isEqualTo(new TryAgain(cause));
    assertThat(report.tries()).isZero();
    assertThat(report.writtenAt()).isEmpty();
  }

  private static void assertNothingLeft(SenderFixture fixture) {
    SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
  }
}
