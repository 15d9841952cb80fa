package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionView;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A connection that stands and says nothing: a NAT forgot it, or the host behind it died. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogWatch.LEVELS, mode = ResourceAccessMode.READ)
class QuietConnectionTest {

  /** By then the new connection is being opened. */
  private static final Duration DOUBTED = ConnectionLiveness.QUIET.plusSeconds(1);

  /** What a connection counts as whose handshake is not over. */
  private static final int UNNUMBERED = 0;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void aNewOneTakesOverAndWhatTheOldOneHeldIsTriedAgain() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertThat(ring(fixture, 0).outcome()).isEqualTo(new Accepted());
      apns.begin(Fault.silence(), Scope.connection(1));

      PushReport report = ring(fixture, 1);
      assertThat(report.outcome()).isEqualTo(new Accepted());
      assertThat(report.tries()).isEqualTo(2);
      assertThat(ring(fixture, 2).tries()).isEqualTo(1);
      assertThat(fixture.connectionsReplaced("silent")).isEqualTo(1);
      assertThat(apns.connections()).hasSize(2);
    }
  }

  @Test
  void othersAreTakenMeanwhile() throws Exception {
    try (var fixture = SenderFixture.in(folder).connectTimeout(Duration.ofSeconds(2));
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      int quiet = takenBy(fixture, apns);
      ActiveFault noNewOne = apns.begin(Fault.noSettings(), Scope.all());
      apns.begin(Fault.silence(), Scope.connection(quiet));
      var held = fixture.push(Calls.push(invite, Calls.device(Calls.token(1))));
      var beside = fixture.push(Calls.push(invite, Calls.device(Calls.token(2))));
      Thread.sleep(DOUBTED);

      for (int call = 10; call < 30; call++) {
        assertThat(ring(fixture, call).tries()).isEqualTo(1);
      }
      noNewOne.close();
      assertThat(held.join().outcome()).isEqualTo(new Accepted());
      assertThat(beside.join().outcome()).isEqualTo(new Accepted());
    }
  }

  @Test
  void oneThatSpeaksAgainBeforeTheNewOneIsUpIsKept() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertThat(ring(fixture, 0).outcome()).isEqualTo(new Accepted());
      ActiveFault silence = apns.begin(Fault.silence(), Scope.connection(1));
      ActiveFault noNewOne = apns.begin(Fault.silence(), Scope.connection(UNNUMBERED));
      var held = fixture.push(Calls.push(invite, Calls.device(Calls.token(1))));
      Thread.sleep(DOUBTED);
      silence.close();

      assertThat(held.join().tries()).isEqualTo(1);
      assertThat(held.join().outcome()).isEqualTo(new Accepted());
      noNewOne.close();
      SenderFixture.eventually(() -> apns.connections().size() == 2);
      for (int call = 10; call < 20; call++) {
        assertThat(ring(fixture, call).outcome()).isEqualTo(new Accepted());
      }
      assertThat(apns.connections()).extracting(ConnectionView::pushes).containsExactly(12L, 0L);
      assertThat(fixture.connectionsReplaced("silent")).isZero();
    }
  }

  @Test
  void oneThatAnswersAPingIsSlowAndNotDead() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertThat(ring(fixture, 0).outcome()).isEqualTo(new Accepted());
      apns.answerAll(Behaviour.accepts().after(ConnectionLiveness.QUIET.plusMillis(300)));

      for (int call = 1; call <= 3; call++) {
        PushReport report = ring(fixture, call);
        assertThat(report.outcome()).isEqualTo(new Accepted());
      }
      assertThat(apns.connections()).hasSize(1);
    }
  }

  /** The number of the connection that takes the next push while nothing else is in flight. */
  private int takenBy(SenderFixture fixture, LocalApns apns) throws Exception {
    SenderFixture.eventually(() -> apns.connections().size() == 2);
    SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 2);
    assertThat(ring(fixture, 0).outcome()).isEqualTo(new Accepted());
    return apns.connections().stream()
        .filter(connection -> connection.pushes() == 1)
        .findFirst()
        .orElseThrow()
        .number();
  }

  private PushReport ring(SenderFixture fixture, int number) throws Exception {
    return fixture.outcome(Calls.push(invite, Calls.device(Calls.token(number))));
  }
}
