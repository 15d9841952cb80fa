package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.path.ApnsSettings.Expiration;
import dev.ringpost.apns.wire.PushId;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApnsPushSenderTest {

  private static final BundleId WORK = new BundleId("com.example.work");

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);
  private final Device device = Calls.device(Calls.TOKEN);

  @Test
  void aPushIsAllThatApnsWantsOfIt() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start().outcome(Calls.push(invite, device));

      assertThat(apns.pushes())
          .singleElement()
          .satisfies(
              push -> {
                assertThat(push.header(":path")).isEqualTo("/3/device/" + Calls.TOKEN.hex());
                assertThat(push.header("apns-topic")).isEqualTo("com.example.phone.voip");
                assertThat(push.header("apns-push-type")).isEqualTo("voip");
                assertThat(push.header("apns-priority")).isEqualTo("10");
                assertThat(push.header("apns-id")).isEqualTo(PushId.of(invite, device).toString());
                assertThat(push.header("apns-expiration"))
                    .isEqualTo(String.valueOf(invite.deadline().epochSecond()));
                assertThat(push.headers()).doesNotContainKey("apns-collapse-id");
                assertThat(push.json().at("/call/uuid").asText())
                    .isEqualTo(invite.callUuid().toString());
              });
    }
  }

  @Test
  void anAcceptedPushIsReportedWhole() throws Exception {
    Instant before = Instant.now();
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      PushRequest order = Calls.push(invite, device);
      PushReport report = fixture.production(apns.port()).start().outcome(order);

      assertThat(report.outcome()).isEqualTo(new Accepted());
      assertThat(report.orderedAt()).isEqualTo(order.orderedAt());
      assertThat(report.device()).isEqualTo(device);
      assertThat(report.apnsId()).isEqualTo(PushId.of(invite, device));
      assertThat(report.answer()).contains(new ApnsResponse(200, ""));
      assertThat(report.connection()).matches("com\\.example\\.phone/production#[12]");
      assertThat(report.tries()).isEqualTo(1);
      assertThat(report.writtenAt())
          .hasValueSatisfying(at -> assertThat(at).isBetween(before, Instant.now()));
      assertThat(report.answerTook())
          .hasValueSatisfying(
              took -> assertThat(took).isPositive().isLessThanOrEqualTo(report.took()));
      assertThat(answers(fixture, "200", "none")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadDeviceToken,        bad_device_token",
    "400, TopicDisallowed,       wrong_topic",
    "400, PayloadEmpty,          bad_request",
    "403, InvalidProviderToken,  credential",
    "413, PayloadTooLarge,       payload_too_large",
    "429, TooManyRequests,       throttled",
    "500, InternalServerError,   server",
    "503, ServiceUnavailable,    server",
  })
  void anAnswerBecomesItsOutcome(int status, String reason, String outcome) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      apns.answerAll(Behaviour.rejects(status, reason));
      PushReport report =
          fixture.production(apns.port()).start().outcome(Calls.push(invite, device));

      assertThat(report.outcome().code()).isEqualTo(outcome);
      assertThat(report.answer()).contains(new ApnsResponse(status, reason));
      assertThat(answers(fixture, String.valueOf(status), reason)).isEqualTo(1);
    }
  }

  @Test
  void aDeadTokenIsDeadSinceApnsSaysSo() throws Exception {
    Instant since = Instant.parse("2026-11-20T08:00:00.123Z");
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      apns.answerAll(Behaviour.rejects(410, "Unregistered", since));
      PushReport report =
          fixture.production(apns.port()).start().outcome(Calls.push(invite, device));

      assertThat(report.outcome()).isEqualTo(new Unregistered(Optional.of(since)));
    }
  }

  @Test
  void aPushWithoutAnAnswerMayBeTriedAgain() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      apns.answerAll(Behaviour.keepsSilent());
      PushReport report =
          fixture
              .production(apns.port())
              .attemptMax(Duration.ofSeconds(1))
              .start()
              .outcome(Calls.push(invite, device));

      assertThat(report.outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
      assertThat(report.tries()).isEqualTo(1);
      assertThat(report.answer()).isEmpty();
      assertThat(report.answerTook()).isEmpty();
      assertThat(report.took()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void withoutAConnectionAPushMayBeTriedAgain() throws Exception {
    try (var fixture =
        SenderFixture.in(folder).production(FreePort.find()).attemptMax(Duration.ofSeconds(1))) {
      PushReport report = fixture.start().outcome(Calls.push(invite, device));

      assertThat(report.outcome()).isEqualTo(new TryAgain(RetryReason.CONNECTION));
      assertThat(report.tries()).isZero();
      assertThat(report.connection()).isEmpty();
      assertThat(report.writtenAt()).isEmpty();
    }
  }

  @Test
  void appsEnvironmentsAndCredentialsAreKeptApart() throws Exception {
    VoipToken sandboxToken = Calls.token(1);
    BundleId open = new BundleId("com.example.open");
    try (var fixture = SenderFixture.in(folder)) {
      var closedP12 = fixture.local.clientCertificate(WORK.value(), "s3cret");
      var openP12 = fixture.local.clientCertificate(open.value());
      try (var production =
              fixture.server().topic(WORK.voipTopic()).topic(open.voipTopic()).start();
          var sandbox = fixture.server().start()) {
        fixture
            .production(production.port())
            .sandbox(sandbox.port())
            .app(EnumSet.allOf(Environment.class), Calls.PHONE)
            .app(closedP12, WORK)
            .app(openP12, open)
            .start();

        assertAccepted(fixture, Calls.device(Calls.token(0)));
        assertAccepted(fixture, Calls.device(sandboxToken, Calls.PHONE, Environment.SANDBOX));
        assertAccepted(fixture, Calls.device(Calls.token(2), WORK, Environment.PRODUCTION));
        assertAccepted(fixture, Calls.device(Calls.token(3), open, Environment.PRODUCTION));

        assertThat(production.pushes())
            .extracting(push -> push.header("apns-topic"))
            .containsExactly(
                "com.example.phone.voip", "com.example.work.voip", "com.example.open.voip");
        assertThat(production.pushes())
            .extracting(push -> push.headers().containsKey("authorization"))
            .containsExactly(true, false, false);
        assertThat(sandbox.pushes())
            .extracting(ReceivedPush::token)
            .containsExactly(sandboxToken.hex());
      }
    }
  }

  @Test
  void appsOfATeamShareItsConnections() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().topic(WORK.voipTopic()).start()) {
      fixture
          .production(apns.port())
          .app(EnumSet.of(Environment.PRODUCTION), Calls.PHONE, WORK)
          .start();

      assertAccepted(fixture, Calls.device(Calls.token(0)));
      assertAccepted(fixture, Calls.device(Calls.token(1), WORK, Environment.PRODUCTION));
      assertThat(apns.connections()).hasSize(1);
    }
  }

  @Test
  void anAppWithoutACredentialIsNotRung() throws Exception {
    try (var fixture = SenderFixture.in(folder).start()) {
      PushReport unknownApp =
          fixture.outcome(
              Calls.push(invite, Calls.device(Calls.TOKEN, WORK, Environment.PRODUCTION)));
      PushReport unknownEnvironment =
          fixture.outcome(
              Calls.push(invite, Calls.device(Calls.TOKEN, Calls.PHONE, Environment.SANDBOX)));

      assertThat(unknownApp.outcome())
          .isEqualTo(
              new Refused(
                  RejectionReason.NO_ROUTE,
                  "no credential is configured for com.example.work in production; add it to"
                      + " apps"));
      assertThat(unknownEnvironment.outcome().code()).isEqualTo("no_route");
      assertThat(unknownApp.tries()).isZero();
    }
  }

  @Test
  void aPayloadThatIsTooLargeIsNotSent() throws Exception {
    CallInvite large =
        Calls.invite(Instant.now(), Calls.LONG, Optional.of("Bob"), Map.of("f", "x".repeat(5000)));
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      PushReport report =
          fixture.production(apns.port()).start().outcome(Calls.push(large, device));

      assertThat(report.outcome())
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> {
                assertThat(refused.refusal()).isEqualTo(RejectionReason.PAYLOAD_TOO_LARGE);
                assertThat(refused.detail())
                    .matches("the payload has 5\\d{3} bytes and APNs accepts 5120;.*");
              });
      assertThat(apns.received()).isZero();
    }
  }

  @Test
  void aCallThatIsOverIsNotRung() throws Exception {
    CallInvite over = Calls.invite(Instant.now().minus(Calls.LONG), Calls.LONG);
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      PushReport report = fixture.production(apns.port()).start().outcome(Calls.push(over, device));

      assertThat(report.outcome()).isEqualTo(new NotSent(NotSentReason.LATE));
      assertThat(apns.received()).isZero();
    }
  }

  @Test
  void aFaultInOneLookAtPushesDoesNotEndTheLooking() throws Exception {
    try (var fixture =
            SenderFixture.in(folder)
                .connections(1)
                .maxInFlight(1)
                .attemptMax(Duration.ofMillis(600));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 1);
      apns.answerAll(Behaviour.keepsSilent());
      var silent = fixture.push(Calls.push(invite, device));
      var faulty =
          fixture.push(
              Calls.push(
                  invite,
                  Calls.device(Calls.token(1)),
                  () -> {
                    throw new IllegalStateException("planted");
                  }));

      assertThat(silent.get(10, TimeUnit.SECONDS).outcome())
          .isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
      assertThat(faulty.get(10, TimeUnit.SECONDS).outcome())
          .isEqualTo(new TryAgain(RetryReason.BUSY));
      assertThat(fixture.logged()).anyMatch(line -> line.contains("a look at pushes met a fault"));
    }
  }

  @Test
  void apnsMayBeToldToKeepNothing() throws Exception {
    try (var fixture = SenderFixture.in(folder).expiration(Expiration.ZERO);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start().outcome(Calls.push(invite, device));

      assertThat(apns.pushes())
          .singleElement()
          .satisfies(push -> assertThat(push.header("apns-expiration")).isEqualTo("0"));
    }
  }

  private void assertAccepted(SenderFixture fixture, Device to) throws Exception {
    assertThat(fixture.outcome(Calls.push(invite, to)).outcome()).isEqualTo(new Accepted());
  }

  private static double answers(SenderFixture fixture, String status, String reason) {
    return fixture
        .registry
        .get(ApnsMeterName.APNS_ANSWERS.meter())
        .tags("environment", "production", "status", status, "reason", reason)
        .counter()
        .count();
  }
}
