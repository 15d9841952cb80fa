package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.path.ConnectBackoff;
import dev.ringpost.call.CallInvite;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of connections that a route of four connections opens in a minute in which APNs
 * refuses all.
 */
@Timeout(180)
class ConnectionStormDrill {

  private static final Logger log = LoggerFactory.getLogger(ConnectionStormDrill.class);

  private static final int CONNECTIONS = 4;
  private static final Duration OUTAGE = Duration.ofMinutes(1);

  /** The spare ones, one for each connection, and one for each refill. */
  private static final long MOST =
      CONNECTIONS + ConnectBackoff.SPARE + OUTAGE.dividedBy(ConnectBackoff.REFILL) + 1;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), OUTAGE.multipliedBy(3));

  /** The way in which APNs refuses a connection. */
  enum Refusal {
    NO_TLS,
    NO_SETTINGS,
    GOAWAY_AT_THE_FIRST_PUSH,
    TOO_MANY_TOKEN_UPDATES
  }

  @ParameterizedTest
  @EnumSource
  void aMinuteOfRefusalsBringsNoStorm(Refusal refusal) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(CONNECTIONS);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      refuse(apns, refusal);
      int before = apns.accepted();
      long end = System.nanoTime() + OUTAGE.toNanos();
      for (int call = 0; System.nanoTime() < end; call++) {
        var _ = fixture.push(Calls.push(invite, Calls.device(Calls.token(call))));
        Thread.sleep(20);
      }
      int opened = apns.accepted() - before;
      log.atInfo()
          .addKeyValue("refusal", refusal)
          .addKeyValue("opened", opened)
          .log("connections opened in a minute");

      assertThat(opened).isBetween(2, (int) MOST);
    }
  }

  private static void refuse(LocalApns apns, Refusal refusal) {
    switch (refusal) {
      case NO_TLS -> {
        var _ = apns.begin(Fault.tlsRefused(), Scope.all());
        apns.inject(ConnectionFault.tcpReset(), Scope.all());
      }
      case NO_SETTINGS -> {
        var _ = apns.begin(Fault.noSettings(), Scope.all());
        apns.inject(ConnectionFault.tcpReset(), Scope.all());
      }
      case GOAWAY_AT_THE_FIRST_PUSH ->
          apns.answerAll(Behaviour.failsConnection(ConnectionFault.goAway("Shutdown")));
      case TOO_MANY_TOKEN_UPDATES ->
          apns.answerAll(Behaviour.rejects(429, "TooManyProviderTokenUpdates"));
    }
  }
}
