package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Behaviour.Body;
import dev.ringpost.testing.apns.ConnectionView;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.Scope;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Answers that are not as Apple's page shows them: what Pushy makes of them, and what Ringpost
 * does.
 */
class AnswerHazardsTest {

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @ParameterizedTest
  @EnumSource(names = {"INTERNAL_ERROR", "CANCEL", "ENHANCE_YOUR_CALM", "REFUSED_STREAM"})
  void rstStreamEndsOnePushAndNotItsConnection(Http2Error code) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      apns.answer(Calls.TOKEN, Behaviour.resetsStream(code));
      fixture.production(apns.port()).start();

      PushReport reset = one(fixture);
      assertThat(reset.outcome()).isEqualTo(new TryAgain(RetryReason.CONNECTION));
      assertThat(reset.tries()).isEqualTo(TryRule.MAX_TRIES);
      assertThat(apns.pushes(Calls.TOKEN))
          .hasSize(TryRule.MAX_TRIES)
          .extracting(push -> push.header("apns-id"))
          .containsOnly(reset.apnsId().toString());
      assertAllAccepted(ringAll(fixture, 5));
      assertThat(apns.accepted()).isEqualTo(1);
      assertNothingLeft(fixture);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MISSING", "NOT_JSON", "LARGE"})
  void aBodyThatIsNoneLeavesTheStatus(Body body) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      apns.answerNext(
          Calls.TOKEN,
          Behaviour.rejects(410, "Unregistered", Instant.EPOCH).with(body),
          Behaviour.rejects(503, "ServiceUnavailable").with(body),
          Behaviour.rejects(429, "TooManyRequests").with(body),
          Behaviour.rejects(413, "PayloadTooLarge").with(body),
          Behaviour.rejects(400, "BadDeviceToken").with(body));
      fixture.production(apns.port()).start();

      PushReport gone = one(fixture);
      assertThat(gone.outcome()).isEqualTo(new Unregistered(Optional.empty()));
      assertThat(gone.answer()).contains(new ApnsResponse(410, ""));
      assertThat(one(fixture).outcome()).isEqualTo(new TryAgain(RetryReason.SERVER));
      assertThat(one(fixture).outcome()).isEqualTo(new TryAgain(RetryReason.THROTTLED));
      assertRefused(one(fixture), RejectionReason.PAYLOAD_TOO_LARGE);
      assertRefused(one(fixture), RejectionReason.UNKNOWN);
      assertThat(one(fixture).outcome()).isEqualTo(new Accepted());
      assertThat(apns.accepted()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SPLIT", "TRAILERS"})
  void anAnswerInPartsIsReadWhole(Body body) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      apns.answerNext(
          Calls.TOKEN,
          Behaviour.rejects(410, "Unregistered", Instant.EPOCH).with(body),
          Behaviour.rejects(400, "BadDeviceToken").with(body),
          Behaviour.accepts().with(body));
      fixture.production(apns.port()).start();

      PushReport gone = one(fixture);
      assertThat(gone.outcome()).isEqualTo(new Unregistered(Optional.of(Instant.EPOCH)));
      assertThat(gone.answer()).contains(new ApnsResponse(410, "Unregistered"));
      assertThat(one(fixture).answer()).contains(new ApnsResponse(400, "BadDeviceToken"));
      assertThat(one(fixture).outcome()).isEqualTo(new Accepted());
      assertThat(apns.accepted()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TRAILERS", "NO_STATUS"})
  void anAnswerThatPushyCannotReadCostsNoOtherPush(Body body) throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(300)));
      apns.answer(Calls.TOKEN, Behaviour.accepts().with(body));
      var others =
          IntStream.range(1, 101)
              .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
              .toList();
      PushReport poison = one(fixture);

      assertThat(poison.tries()).isEqualTo(body == Body.TRAILERS ? 1 : TryRule.MAX_TRIES);
      assertAllAccepted(others);
      assertThat(others).allSatisfy(other -> assertThat(other.join().tries()).isEqualTo(1));
      assertThat(apns.connections()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"WHOLE", "NOT_JSON"})
  void anExpiredProviderTokenReplacesTheConnectionAlsoIfItsReasonIsLost(Body body)
      throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertAllAccepted(ringAll(fixture, 1));
      apns.answer(Calls.token(1), Behaviour.accepts().after(Duration.ofSeconds(10)));
      apns.answerNext(Calls.TOKEN, Behaviour.rejects(403, "ExpiredProviderToken").with(body));
      var beside = fixture.push(Calls.push(invite, Calls.device(Calls.token(1))));
      SenderFixture.eventually(() -> apns.received() == 2);

      PushReport report = one(fixture);
      assertThat(report.outcome()).isEqualTo(new Accepted());
      assertThat(report.tries()).isEqualTo(2);
      assertThat(fixture.connectionsReplaced("spoiled")).isEqualTo(1);
      assertThat(apns.connections()).hasSize(2);
      if (body == Body.WHOLE) {
        // Pushy closes the connection at once, with all that is on it
        SenderFixture.eventually(() -> apns.pushes(Calls.token(1)).size() == 2);
        assertThat(beside).isNotDone();
      }
    }
  }

  @Test
  void tooManyProviderTokenUpdatesReplaceTheConnectionAndPushesOnItStillHaveTheirAnswer()
      throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertAllAccepted(ringAll(fixture, 1));
      apns.answer(Calls.token(1), Behaviour.accepts().after(Duration.ofMillis(300)));
      apns.answerNext(Calls.TOKEN, Behaviour.rejects(429, "TooManyProviderTokenUpdates"));
      var beside = fixture.push(Calls.push(invite, Calls.device(Calls.token(1))));
      SenderFixture.eventually(() -> apns.received() == 2);

      assertThat(one(fixture).outcome()).isEqualTo(new Accepted());
      assertThat(beside.join().outcome()).isEqualTo(new Accepted());
      assertThat(beside.join().tries()).isEqualTo(1);
      assertThat(apns.pushes(Calls.TOKEN)).extracting("connection").containsExactly(1, 2);
      SenderFixture.eventually(() -> apns.open() == 1);
      assertNothingLeft(fixture);
    }
  }

  @Test
  void anAnswerThatComesTooLateChangesNothingAndCostsNoConnection() throws Exception {
    Duration attemptMax = Duration.ofMillis(600);
    Duration tooLate = attemptMax.plusMillis(200);
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(attemptMax);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertAllAccepted(ringAll(fixture, 1));
      PushReport report;
      try (ActiveFault _ = apns.begin(Fault.slowAnswers(tooLate), Scope.all())) {
        report = one(fixture);
      }

      assertThat(report.outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
      assertThat(report.took()).isGreaterThanOrEqualTo(attemptMax);
      assertNothingLeft(fixture);
      assertAllAccepted(ringAll(fixture, 5));
      assertThat(apns.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aStreamLimitLoweredUnderLoadIsKept() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().maxStreams(30).start()) {
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(10)));
      fixture.production(apns.port()).start();
      var before = ringAll(fixture, 200);
      SenderFixture.eventually(() -> apns.received() > 60);
      ActiveFault low = apns.begin(Fault.streamLimit(2), Scope.all());
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT) == 2);
      low.close();
      var after = ringAll(fixture, 100);
      apns.begin(Fault.streamLimit(3), Scope.all(), Duration.ofMillis(200));

      assertAllAccepted(before);
      assertAllAccepted(after);
      assertThat(apns.connections()).extracting(ConnectionView::refusedStreams).containsExactly(0L);
      assertThat(apns.received()).isEqualTo(300);
    }
  }

  @Test
  void withoutAStreamNothingIsHandedToPushyAndEveryRingIsToldInTime() throws Exception {
    Duration attemptMax = Duration.ofMillis(500);
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(attemptMax);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertAllAccepted(ringAll(fixture, 1));
      try (ActiveFault _ = apns.begin(Fault.streamLimit(0), Scope.all())) {
        SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT) == 0);
        assertThat(ringAll(fixture, 20))
            .extracting(CompletableFuture::join)
            .allSatisfy(
                report -> {
                  assertThat(report.outcome()).isEqualTo(new TryAgain(RetryReason.BUSY));
                  assertThat(report.tries()).isZero();
                  assertThat(report.took()).isLessThan(attemptMax.plusSeconds(1));
                });
      }
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT) > 0);
      assertThat(one(fixture).outcome()).isEqualTo(new Accepted());
      assertThat(apns.received()).isEqualTo(2);
    }
  }

  @Test
  void aRingThatWaitedBehindAThrottleIsNotWrittenAfterItsDeadline() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      assertAllAccepted(ringAll(fixture, 1));
      apns.begin(Fault.streamLimit(0), Scope.all());
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_STREAM_LIMIT) == 0);
      CallInvite brief = Calls.invite(Instant.now(), Duration.ofMillis(500));
      var waiting = fixture.push(Calls.push(brief, Calls.device(Calls.TOKEN)));

      assertThat(waiting.join().outcome().code()).isEqualTo("late");
      apns.recover();
      assertAllAccepted(ringAll(fixture, 1));
      assertThat(apns.pushes(Calls.TOKEN)).isEmpty();
    }
  }

  private static void assertRefused(PushReport report, RejectionReason refusal) {
    assertThat(report.outcome())
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  private static void assertNothingLeft(SenderFixture fixture) {
    SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
  }

  private PushReport one(SenderFixture fixture) throws Exception {
    return fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
  }

  private List<CompletableFuture<PushReport>> ringAll(SenderFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }

  private static void assertAllAccepted(List<CompletableFuture<PushReport>> rings) {
    assertThat(rings)
        .allSatisfy(ring -> assertThat(ring.join().outcome()).isEqualTo(new Accepted()));
  }
}
