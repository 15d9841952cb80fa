package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.path.ConnectBackoff;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A route that takes no pushes costs its calls no time and other routes nothing. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogWatch.LEVELS, mode = ResourceAccessMode.READ)
class DeadRouteTest {

  private static final TryAgain DOWN = new TryAgain(RetryReason.ROUTE_DOWN);

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void oneDeadRouteCostsTheOthersNothing() throws Exception {
    try (var fixture = SenderFixture.in(folder).sandbox(FreePort.find());
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).app(EnumSet.allOf(Environment.class), Calls.PHONE).start();
      var dead = ringAll(fixture, Environment.SANDBOX, 2 * RouteBreaker.MAX_WAITING_UNCONNECTED);
      var alive = ringAll(fixture, Environment.PRODUCTION, 100);

      assertThat(alive)
          .allSatisfy(ring -> assertThat(ring.join().outcome()).isEqualTo(new Accepted()))
          .allSatisfy(ring -> assertThat(ring.join().tries()).isEqualTo(1));
      // all at once, though attempt.max is far away
      assertThat(dead)
          .allSatisfy(
              ring ->
                  assertThat(ring.join().outcome())
                      .isEqualTo(new TryAgain(RetryReason.CONNECTION)));
      assertThat(ringAll(fixture, Environment.SANDBOX, 1).getFirst().join().outcome())
          .isEqualTo(DOWN);
      assertThat(fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN)).isEqualTo(1);
      assertThat(apns.received()).isEqualTo(100);
    }
  }

  @Test
  void aRouteWhoseCredentialIsRefusedIsLeftAloneAndFoundAgain() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      ActiveFault refused =
          apns.begin(Fault.pushesGet(Behaviour.rejects(403, "InvalidProviderToken")), Scope.all());
      assertThat(ringAll(fixture, Environment.PRODUCTION, RouteBreaker.FEWEST))
          .allSatisfy(
              ring ->
                  assertThat(ring.join().outcome())
                      .isEqualTo(new TryAgain(RetryReason.CREDENTIAL)));

      // One that is due to look whether the route is back may come first.
      SenderFixture.eventually(
          () -> {
            long before = apns.received();
            PushReport untried = one(fixture);
            return untried.outcome().equals(DOWN)
                && untried.tries() == 0
                && apns.received() == before;
          });

      refused.close();
      SenderFixture.eventually(() -> one(fixture).outcome().equals(new Accepted()));
      SenderFixture.eventually(
          () -> {
            boolean accepted = one(fixture).outcome().equals(new Accepted());
            return accepted && fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN) == 0;
          });
    }
  }

  @Test
  void aRouteThatApnsItselfSaysIsDownIsToldApart() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      apns.begin(Fault.pushesGet(Behaviour.rejects(503, "ServiceUnavailable")), Scope.all());
      assertThat(ringAll(fixture, Environment.PRODUCTION, RouteBreaker.FEWEST))
          .allSatisfy(
              ring ->
                  assertThat(ring.join().outcome()).isEqualTo(new TryAgain(RetryReason.SERVER)));

      // one in a second finds out whether the route is back
      SenderFixture.eventually(
          () -> {
            PushReport untried = one(fixture);
            return untried.outcome().equals(new TryAgain(RetryReason.SERVER_DOWN))
                && untried.tries() == 0;
          });
    }
  }

  @Test
  void theFirstPushGoesOutSoonAfterALongOutage() throws Exception {
    int port = FreePort.find();
    try (var fixture = SenderFixture.in(folder).production(port).start()) {
      var sentAway =
          ringAll(fixture, Environment.PRODUCTION, RouteBreaker.MAX_WAITING_UNCONNECTED + 1);
      assertThat(sentAway.getFirst().join().outcome())
          .isEqualTo(new TryAgain(RetryReason.CONNECTION));
      assertThat(one(fixture).outcome()).isEqualTo(DOWN);
      // Pushy by itself would wait 8 s by now
      SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") >= 10);
      try (var apns = fixture.server().port(port).start()) {
        Instant back = Instant.now();
        while (!one(fixture).outcome().equals(new Accepted())) {
          Thread.sleep(Duration.ofMillis(10));
        }
        Instant arrived = apns.pushes(Calls.TOKEN).getFirst().arrivedAt();
        assertThat(Duration.between(back, arrived))
            .isLessThan(ConnectBackoff.PROBE.multipliedBy(4));
        SenderFixture.eventually(
            () ->
                one(fixture).outcome().equals(new Accepted())
                    && fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN) == 0);
      }
    }
  }

  private PushReport one(SenderFixture fixture) throws Exception {
    return fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
  }

  private List<CompletableFuture<PushReport>> ringAll(
      SenderFixture fixture, Environment environment, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                fixture.push(
                    Calls.push(invite, Calls.device(Calls.token(n), Calls.PHONE, environment))))
        .toList();
  }
}
