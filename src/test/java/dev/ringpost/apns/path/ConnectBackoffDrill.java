package dev.ringpost.apns.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.SenderFixture;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An APNs that refuses is not stormed with connections, and found again soon. */
@Timeout(60)
class ConnectBackoffDrill {

  private static final int CONNECTIONS = 2;
  private static final Duration OUTAGE = Duration.ofSeconds(8);

  /**
   * What {@link #OUTAGE} allows: the spare ones, one for each connection, and one for each refill.
   */
  private static final int MOST =
      CONNECTIONS
          + ConnectBackoff.SPARE
          + (int) (OUTAGE.toMillis() / ConnectBackoff.REFILL.toMillis())
          + 1;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);
  private int phones;

  @Test
  void tlsThatIsRefusedIsNotStormed() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(CONNECTIONS);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      ActiveFault refused = apns.begin(Fault.tlsRefused(), Scope.all());
      apns.inject(ConnectionFault.tcpReset(), Scope.all());

      int opened = openedWhileCalling(fixture, apns, OUTAGE);
      assertThat(opened).isBetween(2, MOST);
      refused.close();
      accepted(fixture);
      SenderFixture.eventually(
          () -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == CONNECTIONS);
    }
  }

  @Test
  void connectionsThatComeUpAndAreSentAwayAreNotStormedAndNotLoggedWithoutEnd() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(CONNECTIONS);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.failsConnection(ConnectionFault.goAway("Shutdown")));

      int opened = openedWhileCalling(fixture, apns, OUTAGE);
      assertThat(opened).isBetween(2, MOST);
      assertThat(fixture.logged())
          .filteredOn(line -> line.contains("connection="))
          .hasSizeLessThan(2 * MOST);
      apns.answerAll(Behaviour.accepts());
      accepted(fixture);
      SenderFixture.eventually(
          () -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == CONNECTIONS);
    }
  }

  @Test
  void tooManyTokenUpdatesBringNoNewTokens() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(CONNECTIONS);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.rejects(429, "TooManyProviderTokenUpdates"));

      int opened = openedWhileCalling(fixture, apns, OUTAGE);
      assertThat(opened).isBetween(2, MOST);
      assertThat(apns.pushes())
          .extracting(push -> push.header("authorization"))
          .containsOnly(apns.pushes().getFirst().header("authorization"));
    }
  }

  private int openedWhileCalling(SenderFixture fixture, LocalApns apns, Duration time)
      throws Exception {
    int before = apns.accepted();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      CompletableFuture<PushReport> _ = ring(fixture);
      Thread.sleep(20);
    }
    return apns.accepted() - before;
  }

  private void accepted(SenderFixture fixture) {
    SenderFixture.eventually(() -> ring(fixture).join().outcome().equals(new Accepted()));
  }

  private CompletableFuture<PushReport> ring(SenderFixture fixture) {
    return fixture.push(Calls.push(invite, Calls.device(Calls.token(++phones))));
  }
}
