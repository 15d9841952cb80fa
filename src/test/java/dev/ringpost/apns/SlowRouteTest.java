package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Deadline;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.Behaviour;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** An APNs that answers later than an attempt lasts is slow and not down, and rings each once. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogWatch.LEVELS, mode = ResourceAccessMode.READ)
@Timeout(60)
class SlowRouteTest {

  private static final PushOutcome NO_ANSWER = new TryAgain(RetryReason.NO_ANSWER);
  private static final Duration ATTEMPT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final int CALLS = 40;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void theNextAttemptWaitsForTheAnswerInsteadOfPushingAgain() throws Exception {
    try (var fixture = SenderFixture.in(folder).attemptMax(ATTEMPT);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      long before = apns.received();
      apns.answerAll(Behaviour.accepts().after(ANSWER));
      assertThat(outcomes(ringAll(fixture))).containsOnly(NO_ANSWER);
      Thread.sleep(300);
      var again = ringAll(fixture);

      assertThat(outcomes(again)).containsOnly(new Accepted());
      assertThat(again)
          .allSatisfy(ring -> assertThat(ring.join().writtenAt()).isPresent())
          .allSatisfy(ring -> assertThat(ring.join().tries()).isZero());
      assertThat(apns.received() - before).isEqualTo(CALLS);
      assertThat(fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN)).isZero();
      assertThat(apns.connections()).hasSize(2);
    }
  }

  @Test
  void anAnswerThatCameBetweenTwoAttemptsCounts() throws Exception {
    try (var fixture = SenderFixture.in(folder).attemptMax(ATTEMPT);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      long before = apns.received();
      apns.answerAll(Behaviour.accepts().after(ANSWER));
      assertThat(outcomes(ringAll(fixture))).containsOnly(NO_ANSWER);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);

      assertThat(outcomes(ringAll(fixture))).containsOnly(new Accepted());
      assertThat(apns.received() - before).isEqualTo(CALLS);
    }
  }

  /** A caller who tries again with the same Call-ID calls anew. */
  @Test
  void aLateAnswerIsNoneToTheNextCallWithTheSameIds() throws Exception {
    try (var fixture = SenderFixture.in(folder).attemptMax(ATTEMPT);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      long before = apns.received();
      apns.answerAll(Behaviour.accepts().after(ANSWER));
      assertThat(outcomes(ringAll(fixture))).containsOnly(NO_ANSWER);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);

      apns.answerAll(Behaviour.accepts());
      var next = invite.withDeadline(new Deadline(invite.deadline().at().plusSeconds(20)));
      assertThat(outcomes(ringAll(fixture, next))).containsOnly(new Accepted());
      assertThat(apns.received() - before).isEqualTo(2 * CALLS);
    }
  }

  @Test
  void aPushThatWasPassedOverIsPushedAgain() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(ATTEMPT);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerNext(Calls.TOKEN, Behaviour.keepsSilent());
      var lost = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      while (!lost.isDone()) {
        fixture.outcome(Calls.push(invite, Calls.device(Calls.token(1))));
      }
      assertThat(lost.join().outcome()).isEqualTo(NO_ANSWER);

      PushReport again = fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
      assertThat(again.outcome()).isEqualTo(new Accepted());
      assertThat(again.tries()).isEqualTo(1);
      assertThat(apns.pushes(Calls.TOKEN))
          .as("before its connection is given up")
          .extracting("connection")
          .containsOnly(1);
    }
  }

  @Test
  void aRouteThatAnswersPingsAndNoPushIsDownAfterAll() throws Exception {
    try (var fixture = SenderFixture.in(folder).attemptMax(Duration.ofMillis(500));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.keepsSilent());

      SenderFixture.eventually(
          () -> {
            var _ = ringAll(fixture);
            Thread.sleep(200);
            return fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN) == 1;
          });
    }
  }

  @Test
  void attemptsWithoutAnyAnswerCountAsSlowOnlyForAWhile() throws Exception {
    Duration attempt = Duration.ofMillis(1500);
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(attempt);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.keepsSilent());
      assertThat(outcomes(ringAll(fixture))).containsOnly(NO_ANSWER);
      assertThat(fixture.logged()).noneMatch(SlowRouteTest::saysThatTheRouteIsDown);
      SenderFixture.eventually(
          () ->
              fixture.connectionsReplaced("silent") == 1
                  && fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
      Thread.sleep(200);

      assertThat(outcomes(ringAll(fixture))).as("each was written").containsOnly(NO_ANSWER);
      assertThat(fixture.logged()).anyMatch(SlowRouteTest::saysThatTheRouteIsDown);
    }
  }

  private static boolean saysThatTheRouteIsDown(String line) {
    return line.contains("circuit breaker open");
  }

  private List<CompletableFuture<PushReport>> ringAll(SenderFixture fixture) {
    return ringAll(fixture, invite);
  }

  private static List<CompletableFuture<PushReport>> ringAll(
      SenderFixture fixture, CallInvite call) {
    return IntStream.range(0, CALLS)
        .mapToObj(n -> fixture.push(Calls.push(call, Calls.device(Calls.token(n)))))
        .toList();
  }

  private static List<PushOutcome> outcomes(List<CompletableFuture<PushReport>> rings) {
    return rings.stream().map(CompletableFuture::join).map(PushReport::outcome).toList();
  }
}
