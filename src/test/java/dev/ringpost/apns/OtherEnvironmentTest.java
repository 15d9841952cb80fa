package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void anEnvironmentThatTellsNothingOfTheTokenLeavesTheFirstAnswer() throws Exception {
    production.answer(Calls.TOKEN, UNKNOWN);
    sandbox.answer(Calls.TOKEN, Behaviour.rejects(403, "BadEnvironmentKeyIdInToken"));

    assertBad(one());
    assertThat(one().tries()).isEqualTo(2);
    SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
  }

  @Test
  void itsTimeIsOverBeforeThatOfAYoungerRingThatWasThereBeforeIt() throws Exception {
    fixture.close();
    fixture.attemptMax(Duration.ofMillis(600)).start();
    for (Environment open : Environment.values()) {
      Device any = Calls.device(Calls.token(2), Calls.PHONE, open);
      SenderFixture.eventually(
          () -> fixture.outcome(Calls.push(invite, any)).outcome().equals(new Accepted()));
    }
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
    assertBad(moving.join());
    assertThat(younger.join().outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
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
