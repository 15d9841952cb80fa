package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A connection that APNs allows next to nothing: it is replaced, and nothing is written too late.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogWatch.LEVELS, mode = ResourceAccessMode.READ)
@Timeout(60)
class StarvedConnectionTest {

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  static List<Fault> starving() {
    return List.of(Fault.streamLimit(0), Fault.streamLimit(1), Fault.bodyWindow(0));
  }

  @ParameterizedTest
  @MethodSource("starving")
  void itIsReplaced(Fault fault) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(100)));
      apns.begin(fault, Scope.connection(1));
      Thread.sleep(200); // until it is known
      var rings = ringAll(fixture, 300);

      assertThat(rings)
          .allSatisfy(ring -> assertThat(ring.join().outcome()).isEqualTo(new Accepted()))
          .allSatisfy(ring -> assertThat(ring.join().tries()).isEqualTo(1));
      assertThat(fixture.connectionsReplaced("starved")).isEqualTo(1);
      assertThat(apns.connections()).hasSize(2);
    }
  }

  @Test
  void oneThatIsFullButServesIsKept() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofSeconds(20));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(250)));
      apns.begin(Fault.lateWindow(), Scope.all());
      var rings = ringAll(fixture, 1500);

      assertThat(rings)
          .allSatisfy(ring -> assertThat(ring.join().outcome()).isEqualTo(new Accepted()));
      // the window, and not the streams, was what they waited for
      assertThat(apns.connections())
          .singleElement()
          .satisfies(connection -> assertThat(connection.mostInFlight()).isLessThan(600));
    }
  }

  @Test
  void oneThatIsNoBetterIsNotReplacedAgainSoon() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofSeconds(4));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.begin(Fault.streamLimit(0), Scope.all());
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT) == 0);

      assertThat(ringAll(fixture, 20))
          .allSatisfy(
              ring -> assertThat(ring.join().outcome()).isEqualTo(new TryAgain(RetryReason.BUSY)));
      assertThat(apns.connections()).hasSize(2);
    }
  }

  @Test
  void whatWaitsAndMustNotRingAnyMoreIsToldSoLongBeforeItsAttemptEnds() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofSeconds(20));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.begin(Fault.streamLimit(0), Scope.all());
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT) == 0);
      var held = new AtomicBoolean(true);
      var ring = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN), held::get));
      Thread.sleep(Route.TICK.multipliedBy(10));
      assertThat(ring).isNotDone();

      held.set(false);

      assertThat(ring.get(10, TimeUnit.SECONDS).outcome())
          .isEqualTo(new NotSent(NotSentReason.LOST));
      assertThat(apns.pushes(Calls.TOKEN)).isEmpty();
    }
  }

  @Test
  void whatHasNoTimeForAnAnswerLeavesThePlaceToWhatHas() throws Exception {
    Duration answer = Duration.ofMillis(200);
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofSeconds(2));
        var apns = fixture.server().maxStreams(1).start()) {
      fixture.startWide(apns, invite, 1);
      apns.answerAll(Behaviour.accepts().after(answer));
      ringAll(fixture, 1).forEach(CompletableFuture::join);
      var rings = ringAll(fixture, 50);

      assertThat(rings)
          .extracting(CompletableFuture::join)
          .allSatisfy(
              report ->
                  assertThat(report.outcome()).isIn(new Accepted(), new TryAgain(RetryReason.BUSY)))
          .filteredOn(report -> report.outcome().equals(new Accepted()))
          .isNotEmpty();
      // each that the server has read was told accepted
      long accepted =
          rings.stream().filter(ring -> ring.join().outcome().equals(new Accepted())).count();
      assertThat(apns.pushes().size() - 2).isEqualTo(accepted);
    }
  }

  @Test
  void aBodyThatFoundNoWindowIsNotWrittenAfterTheDeadline() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      long before = apns.received();
      ActiveFault narrow = apns.begin(Fault.bodyWindow(100), Scope.all());
      Thread.sleep(200); // until it is known
      CallInvite brief = Calls.invite(Instant.now(), Duration.ofSeconds(1));
      PushReport report = fixture.outcome(Calls.push(brief, Calls.device(Calls.TOKEN)));
      narrow.close();

      assertThat(report.outcome()).isEqualTo(new NotSent(NotSentReason.LATE));
      ringAll(fixture, 5).forEach(CompletableFuture::join);
      assertThat(apns.pushes(Calls.TOKEN)).isEmpty();
      assertThat(apns.received() - before).isEqualTo(5);
      assertThat(apns.connections()).hasSize(1);
    }
  }

  @Test
  void aBodyThatFoundNoWindowIsNotWrittenAfterItsAttempt() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofMillis(600));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      ActiveFault narrow = apns.begin(Fault.bodyWindow(100), Scope.all());
      Thread.sleep(200); // until it is known
      PushReport report = fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
      Thread.sleep(Route.TICK.multipliedBy(10));
      narrow.close();

      assertThat(report.outcome()).isInstanceOf(TryAgain.class);
      ringAll(fixture, 5).forEach(CompletableFuture::join);
      assertThat(apns.pushes(Calls.TOKEN)).isEmpty();
    }
  }

  @Test
  void aBodyThatFoundNoWindowGoesToTheNextConnectionWhenItsOwnIsLeft() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.begin(Fault.bodyWindow(100), Scope.connection(1));
      Thread.sleep(200); // until it is known
      var held = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      Thread.sleep(Route.TICK.multipliedBy(10));
      assertThat(apns.pushes(Calls.TOKEN)).isEmpty();
      apns.begin(Fault.bodyWindow(0), Scope.connection(1));
      Thread.sleep(200); // until it is known

      ringAll(fixture, 5).forEach(CompletableFuture::join);
      assertThat(fixture.connectionsReplaced("starved")).isEqualTo(1);
      assertThat(held.join().outcome()).isEqualTo(new Accepted());
      apns.recover();
      assertThat(apns.pushes(Calls.TOKEN)).singleElement().returns(2, ReceivedPush::connection);
    }
  }

  private List<CompletableFuture<PushReport>> ringAll(SenderFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }
}
