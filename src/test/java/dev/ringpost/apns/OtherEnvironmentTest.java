package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A token that was registered for the wrong environment rings all the same. */
class OtherEnvironmentTest {

  private static final Behaviour UNKNOWN = Behaviour.rejects(400, "BadDeviceToken");

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);
  private final Device device = Calls.device(Calls.TOKEN);

  private SenderFixture fixture;
  private LocalApns production;
  private LocalApns sandbox;

  @BeforeEach
  void start(@TempDir Path folder) {
    fixture = SenderFixture.in(folder).connections(1);
    production = fixture.server().start();
    sandbox = fixture.server().start();
    fixture
        .production(production.port())
        .sandbox(sandbox.port())
        .app(EnumSet.allOf(Environment.class), Calls.PHONE)
        .start();
  }

  @AfterEach
  void stop() {
    fixture.close();
    production.close();
    sandbox.close();
  }

  @Test
  void itRingsThereAndIsTriedThereFirstFromThenOn() throws Exception {
    production.answer(Calls.TOKEN, UNKNOWN);
    PushReport first = one();
    PushReport second = one();

    assertThat(first.outcome()).isEqualTo(new Accepted());
    assertThat(first.environment()).isEqualTo(Environment.SANDBOX);
    assertThat(first.device().environment()).isEqualTo(Environment.PRODUCTION);
    assertThat(first.tries()).isEqualTo(2);
    assertThat(second.outcome()).isEqualTo(new Accepted());
    assertThat(second.environment()).isEqualTo(Environment.SANDBOX);
    assertThat(second.tries()).isEqualTo(1);
    assertThat(production.received()).isEqualTo(1);
    assertThat(sandbox.pushes(Calls.TOKEN))
        .hasSize(2)
        .extracting(push -> push.header("apns-id"))
        .containsOnly(first.apnsId().toString());
  }

  @Test
  void whatWasRememberedIsForgottenOnceItIsWrong() throws Exception {
    production.answerNext(Calls.TOKEN, UNKNOWN);
    assertThat(one().environment()).isEqualTo(Environment.SANDBOX);
    sandbox.answer(Calls.TOKEN, UNKNOWN);

    assertThat(one().environment()).isEqualTo(Environment.PRODUCTION);
    assertThat(one().tries()).isEqualTo(1);
  }

  @Test
  void aTokenOfNeitherEnvironmentIsTriedOnceInEach() throws Exception {
    production.answer(Calls.TOKEN, UNKNOWN);
    sandbox.answer(Calls.TOKEN, UNKNOWN);
    PushReport report = one();

    assertBad(report);
    assertThat(report.tries()).isEqualTo(2);
    assertThat(production.received()).isEqualTo(1);
    assertThat(sandbox.received()).isEqualTo(1);
  }

  @Test
  void aTokenOfNeitherEnvironmentIsNotPushedToBothForEver() throws Exception {
    production.answer(Calls.TOKEN, UNKNOWN);
    sandbox.answer(Calls.TOKEN, UNKNOWN);
    for (int call = 0; call < 4; call++) {
      assertBad(one());
    }
    assertThat(production.received()).isEqualTo(4);
    assertThat(sandbox.received()).isEqualTo(1);

    // found again at once where it is registered, and asked about everywhere if registered anew
    Device anew =
        new Device(device.id(), device.token(), device.app(), device.environment(), Instant.now());
    assertBad(fixture.outcome(Calls.push(invite, anew)));
    assertThat(sandbox.received()).isEqualTo(2);
    production.answer(Calls.TOKEN, Behaviour.accepts());
    assertThat(one().outcome()).isEqualTo(new Accepted());
  }

  @Test
  void aTokenThatIsDeadThereIsDead() throws Exception {
    production.answer(Calls.TOKEN, UNKNOWN);
    sandbox.answer(Calls.TOKEN, Behaviour.rejects(410, "Unregistered"));

    assertThat(one().outcome()).isInstanceOf(Unregistered.class);
  }

  @ParameterizedTest
  @CsvSource({"503, ServiceUnavailable, SERVER", "429, TooManyRequests, THROTTLED"})
  void aPassingTroubleOfTheOtherEnvironmentDoesNotMakeTheTokenBad(
      int status, String reason, RetryReason why) throws Exception {
    production.answer(Calls.TOKEN, UNKNOWN);
    sandbox.answerNext(Calls.TOKEN, Behaviour.rejects(status, reason));
    PushReport first = one();

    assertThat(first.outcome()).isEqualTo(new TryAgain(why));
    assertThat(first.environment()).isEqualTo(Environment.SANDBOX);
    assertThat(first.answer()).contains(new ApnsResponse(status, reason));
    assertThat(one().outcome()).isEqualTo(new Accepted());
  }

  /** No other push goes there, and no canary: only those that come from here find out. */
  @Test
  void anEnvironmentThatAcceptsNoPushesNowIsAskedOnceItDoes() throws Exception {
    production.answer(Calls.TOKEN, UNKNOWN);
    int port = sandbox.port();
    sandbox.close();
    IntStream.range(0, 2 * RouteBreaker.MAX_WAITING_UNCONNECTED)
        .mapToObj(n -> Calls.device(Calls.token(n), Calls.PHONE, Environment.SANDBOX))
        .map(waiting -> fixture.push(Calls.push(invite, waiting)))
        .toList()
        .forEach(CompletableFuture::join);
    assertThat(one().outcome()).isEqualTo(new TryAgain(RetryReason.ROUTE_DOWN));

    sandbox = fixture.server().port(port).start();
    SenderFixture.eventually(() -> one().outcome().equals(new Accepted()));
    assertThat(sandbox.pushes()).extracting(ReceivedPush::token).containsOnly(Calls.TOKEN.hex());
  }

  @Test
  void anAnswerThatCameAfterItsAttemptIsNotTheLastWord() throws Exception {
    fixture.close();
    fixture.attemptMax(Duration.ofMillis(400)).start();
    awaitBoth();
    production.answerNext(
        Calls.TOKEN, Behaviour.rejects(400, "BadDeviceToken").after(Duration.ofMillis(700)));
    assertThat(one().outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
    SenderFixture.eventually(
        () -> fixture.counted(ApnsMeterName.APNS_ANSWERS, "reason", "BadDeviceToken") == 1);
    PushReport again = one();

    assertThat(again.outcome()).isEqualTo(new Accepted());
    assertThat(again.environment()).isEqualTo(Environment.SANDBOX);
    assertThat(production.pushes(Calls.TOKEN)).as("its answer is known").hasSize(1);
  }

  @Test
  void anEnvironmentThatRefusesTheCredentialLeavesTheFirstAnswer() throws Exception {
    production.answer(Calls.TOKEN, UNKNOWN);
    sandbox.answer(Calls.TOKEN, Behaviour.rejects(403, "BadEnvironmentKeyIdInToken"));

    assertBad(one());
    assertThat(one().tries()).isEqualTo(2);
    SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
  }

  /** In the moment of an exchange APNs knows neither key. */
  @Test
  void anEnvironmentThatHasAcceptedTheCredentialIsAskedAgain() throws Exception {
    VoipToken earlier = Calls.token(1);
    production.answer(earlier, UNKNOWN);
    assertThat(fixture.outcome(Calls.push(invite, Calls.device(earlier))).outcome())
        .isEqualTo(new Accepted());
    production.answer(Calls.TOKEN, UNKNOWN);
    sandbox.answer(Calls.TOKEN, Behaviour.rejects(403, "InvalidProviderToken"));
    assertThat(one().outcome()).isEqualTo(new TryAgain(RetryReason.CREDENTIAL));
    sandbox.answer(Calls.TOKEN, Behaviour.accepts());

    assertThat(one().outcome()).isEqualTo(new Accepted());
  }

  @Test
  void itsTimeIsOverBeforeThatOfAYoungerRingThatWasThereBeforeIt() throws Exception {
    fixture.close();
    fixture.attemptMax(Duration.ofMillis(600)).start();
    awaitBoth();
    long before = production.received();
    production.answer(
        Calls.TOKEN, Behaviour.rejects(400, "BadDeviceToken").after(Duration.ofMillis(150)));
    sandbox.answerAll(Behaviour.keepsSilent());
    var moving = fixture.push(Calls.push(invite, device));
    SenderFixture.eventually(() -> production.received() > before);
    var younger =
        fixture.push(
            Calls.push(invite, Calls.device(Calls.token(1), Calls.PHONE, Environment.SANDBOX)));
    var order = moving.thenApply(_ -> younger.isDone());

    assertThat(order.join()).isFalse();
    assertThat(moving.join().outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
    assertThat(moving.join().environment()).isEqualTo(Environment.SANDBOX);
    assertThat(younger.join().outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
  }

  /** Until a push is answered in each environment within its attempt. */
  private void awaitBoth() {
    for (Environment open : Environment.values()) {
      Device any = Calls.device(Calls.token(2), Calls.PHONE, open);
      SenderFixture.eventually(
          () -> fixture.outcome(Calls.push(invite, any)).outcome().equals(new Accepted()));
    }
  }

  private static void assertBad(PushReport report) {
    assertThat(report.outcome())
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(RejectionReason.BAD_DEVICE_TOKEN));
    assertThat(report.environment()).isEqualTo(Environment.PRODUCTION);
    assertThat(report.answer()).contains(new ApnsResponse(400, "BadDeviceToken"));
  }

  private PushReport one() throws Exception {
    return fixture.outcome(Calls.push(invite, device));
  }
}
