package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.Behaviour;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogWatch.LEVELS, mode = ResourceAccessMode.READ)
class ConnectionSlotReplacementTest {

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);
  private final PushRequest request = Calls.push(invite, Calls.device(Calls.TOKEN));

  @Test
  void aConnectionThatFallsSilentIsReplacedAndWorksAgain() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofMillis(500));
        var apns = fixture.server().start()) {
      apns.answerNext(Calls.TOKEN, Behaviour.keepsSilent());
      fixture.production(apns.port()).start();
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
      assertThat(fixture.outcome(request).outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));

      SenderFixture.eventually(() -> fixture.connectionsReplaced("silent") == 1);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
      assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
      assertThat(apns.connections()).hasSize(2);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
    }
  }

  @Test
  void aConnectionThatLosesItsConnectionIsReplacedAndWorksAgain() throws Exception {
    int port = FreePort.find();
    try (var fixture = SenderFixture.in(folder).connections(1).production(port)) {
      try (var apns = fixture.server().port(port).start()) {
        assertThat(fixture.start().outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(apns.received()).isEqualTo(1);
      }
      try (var apns = fixture.server().port(port).start()) {
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(apns.received()).isEqualTo(1);
        assertThat(fixture.connectionsReplaced("connection_lost")).isEqualTo(1);
      }
    }
  }

  @Test
  void pushesInFlightMayBeTriedAgainIfThereIsNoOtherConnectionInTime() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofSeconds(2))) {
      var apns = fixture.server().start();
      try (apns) {
        apns.answerAll(Behaviour.keepsSilent());
        fixture.production(apns.port()).start();
        var open = fixture.push(request);
        SenderFixture.eventually(() -> apns.received() == 1);
        apns.close();

        assertThat(open.join().outcome()).isEqualTo(new TryAgain(RetryReason.CONNECTION));
        assertThat(open.join().writtenAt()).isPresent();
      }
    }
  }

  @Test
  void aConnectionThatCannotConnectTriesUntilItCan() throws Exception {
    int port = FreePort.find();
    try (var fixture = SenderFixture.in(folder).connections(1).production(port).start()) {
      SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") >= 2);
      try (var apns = fixture.server().port(port).start()) {
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(apns.connections()).hasSize(1);
      }
    }
  }
}
