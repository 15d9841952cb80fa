package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.Scope;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A try without an answer is followed by another, within one attempt and with the same ids. */
class SecondTryTest {

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  static List<Behaviour> endsWithoutAnAnswer() {
    return List.of(
        Behaviour.refusesStream(),
        Behaviour.resetsStream(Http2Error.CANCEL),
        Behaviour.failsConnection(ConnectionFault.tcpReset()),
        Behaviour.failsConnection(ConnectionFault.goAway("Shutdown")));
  }

  @ParameterizedTest
  @MethodSource("endsWithoutAnAnswer")
  void theSecondTryGoesToAnotherConnection(Behaviour end) throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerNext(Calls.TOKEN, end);
      PushReport report = one(fixture);

      assertThat(report.outcome()).isEqualTo(new Accepted());
      assertThat(report.tries()).isEqualTo(2);
      assertThat(apns.pushes(Calls.TOKEN))
          .hasSize(2)
          .allSatisfy(
              push -> {
                assertThat(push.header("apns-id")).isEqualTo(report.apnsId().toString());
                assertThat(push.json().at("/call/uuid").asText())
                    .isEqualTo(invite.callUuid().toString());
              })
          .extracting(ReceivedPush::connection)
          .doesNotHaveDuplicates();
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
    }
  }

  @Test
  void nothingIsTriedAgainThatMustNotRing() throws Exception {
    AtomicBoolean held = new AtomicBoolean(true);
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerNext(Calls.TOKEN, Behaviour.keepsSilent());
      var ring = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN), held::get));
      SenderFixture.eventually(() -> apns.pushes(Calls.TOKEN).size() == 1);
      held.set(false);
      apns.inject(ConnectionFault.tcpReset(), Scope.all());

      assertThat(ring.join().outcome()).isEqualTo(new NotSent(NotSentReason.LOST));
      assertThat(ring.join().tries()).isEqualTo(1);
      assertThat(apns.pushes(Calls.TOKEN)).hasSize(1);
    }
  }

  @Test
  void aLateAnswerIsNotWaitedForWithHedging() throws Exception {
    try (var fixture = SenderFixture.in(folder).hedge(Duration.ofMillis(100), 100);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      double before = fixture.triedAgain("hedge");
      apns.answerNext(
          Calls.TOKEN, Behaviour.rejects(503, "ServiceUnavailable").after(Duration.ofSeconds(2)));
      PushReport report = one(fixture);

      assertThat(report.outcome()).isEqualTo(new Accepted());
      assertThat(report.tries()).isEqualTo(2);
      assertThat(apns.pushes(Calls.TOKEN))
          .hasSize(2)
          .extracting(ReceivedPush::connection)
          .doesNotHaveDuplicates();
      // the late answer comes, is counted, and changes nothing
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
      assertThat(fixture.triedAgain("hedge") - before).isEqualTo(1);
      assertThat(fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN)).isEqualTo(2);
      assertThat(one(fixture).tries()).isEqualTo(1);
    }
  }

  @Test
  void theFirstAnswerCountsAlsoIfItIsThatOfTheFirstTry() throws Exception {
    try (var fixture = SenderFixture.in(folder).hedge(Duration.ofMillis(100), 100);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerNext(
          Calls.TOKEN,
          Behaviour.accepts().after(Duration.ofMillis(700)),
          Behaviour.rejects(503, "ServiceUnavailable").after(Duration.ofSeconds(3)));
      PushReport report = one(fixture);

      assertThat(report.outcome()).isEqualTo(new Accepted());
      assertThat(report.tries()).isEqualTo(2);
      assertThat(report.answerTook().orElseThrow()).isGreaterThan(Duration.ofMillis(600));
    }
  }

  @Test
  void hedgingKeepsToItsBudget() throws Exception {
    try (var fixture = SenderFixture.in(folder).hedge(Duration.ofMillis(50), 10);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      double before = fixture.triedAgain("hedge");
      double saved = 1 + 0.1 * (apns.received() + 100);
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(600)));
      assertThat(ringAll(fixture, 100))
          .allSatisfy(ring -> assertThat(ring.join().outcome()).isEqualTo(new Accepted()));

      assertThat(fixture.triedAgain("hedge") - before).isBetween(1.0, saved);
    }
  }

  @Test
  void withoutTheSettingASlowAnswerIsWaitedFor() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerNext(Calls.TOKEN, Behaviour.accepts().after(Duration.ofMillis(700)));

      assertThat(one(fixture).tries()).isEqualTo(1);
      assertThat(fixture.triedAgain("hedge")).isZero();
    }
  }

  @Test
  void anAnswerAboutTheConnectionStaysIfThereIsNoOtherOneInTime() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofMillis(400));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.begin(Fault.noSettings(), Scope.all());
      apns.answerNext(Calls.TOKEN, Behaviour.rejects(403, "UnrelatedKeyIdInToken"));
      PushReport report = one(fixture);

      assertThat(report.outcome()).isEqualTo(new TryAgain(RetryReason.CREDENTIAL));
      assertThat(report.answer()).contains(new ApnsResponse(403, "UnrelatedKeyIdInToken"));
      assertThat(report.answerTook()).isPresent();
      assertThat(report.tries()).isEqualTo(1);
      assertThat(fixture.triedAgain("spoiled")).isZero();
    }
  }

  @Test
  void afterAnAnswerAboutTheConnectionTheGuardIsAskedAgain() throws Exception {
    AtomicBoolean held = new AtomicBoolean(true);
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      ActiveFault deaf = apns.begin(Fault.noSettings(), Scope.all());
      apns.answerNext(Calls.TOKEN, Behaviour.rejects(503, "Shutdown"));
      var ring = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN), held::get));
      SenderFixture.eventually(() -> fixture.connectionsReplaced("spoiled") == 1);
      held.set(false);
      deaf.close();

      assertThat(ring.join().outcome()).isEqualTo(new NotSent(NotSentReason.LOST));
      assertThat(apns.pushes(Calls.TOKEN)).hasSize(1);
    }
  }

  @Test
  void aCallThatIsOverBeforeTheSecondTryHadAnAnswerAllTheSame() throws Exception {
    var clock = new SettableClock(Instant.now());
    try (var fixture = SenderFixture.in(folder).connections(1).clock(clock);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.begin(Fault.noSettings(), Scope.all());
      apns.answerNext(Calls.TOKEN, Behaviour.rejects(503, "Shutdown"));
      var ring = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      SenderFixture.eventually(() -> fixture.connectionsReplaced("spoiled") == 1);
      clock.advance(Calls.LONG);

      assertThat(ring.join().outcome()).isEqualTo(new TryAgain(RetryReason.SERVER));
      assertThat(ring.join().tries()).isEqualTo(1);
    }
  }

  @Test
  void aSecondTryWithoutAnAnswerMayHaveRung() throws Exception {
    try (var fixture = SenderFixture.in(folder).attemptMax(Duration.ofMillis(400));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerNext(
          Calls.TOKEN,
          Behaviour.rejects(429, "TooManyProviderTokenUpdates"),
          Behaviour.keepsSilent());
      PushReport report = one(fixture);

      assertThat(report.outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
      assertThat(report.answer()).isEmpty();
      assertThat(report.tries()).isEqualTo(2);
    }
  }

  @Test
  void aTryThatIsUnderWayIsWaitedForAfterAnAnswerAboutTheConnectionOfTheOther() throws Exception {
    try (var fixture = SenderFixture.in(folder).hedge(Duration.ofMillis(50), 100);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerNext(
          Calls.TOKEN,
          Behaviour.rejects(503, "Shutdown").after(Duration.ofMillis(200)),
          Behaviour.accepts().after(Duration.ofMillis(300)));
      PushReport report = one(fixture);

      assertThat(report.outcome()).isEqualTo(new Accepted());
      assertThat(report.tries()).isEqualTo(2);
      assertThat(fixture.triedAgain("spoiled")).isZero();
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
}
