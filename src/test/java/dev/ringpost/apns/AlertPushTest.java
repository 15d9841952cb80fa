package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.path.ApnsSettings.Expiration;
import dev.ringpost.apns.payload.AlertSettings;
import dev.ringpost.apns.payload.CallerShown;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.apns.wire.PushId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The notification of a missed call on its way to a strict APNs. */
@Timeout(60)
class AlertPushTest {

  private static final AlertSettings WORDS =
      new AlertSettings("MISSED", "MISSED_BY", Optional.of("TITLE"), Optional.of("default"));
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), DAY);

  @Test
  void itIsAllThatApnsWantsOfAnAlert() throws Exception {
    ReceivedPush push = push(PayloadSettings.DEFAULT, alert(Optional.empty()), invite);

    assertThat(push.accepted()).isTrue();
    assertThat(push.header("apns-push-type")).isEqualTo("alert");
    assertThat(push.header("apns-topic")).isEqualTo("com.example.phone");
    assertThat(push.header("apns-priority")).isEqualTo("10");
    assertThat(push.header("apns-collapse-id")).isEqualTo(invite.callUuid().toString());
    assertThat(push.header("apns-expiration"))
        .as("whatever apns.expiration says of calls")
        .isEqualTo(String.valueOf(invite.deadline().epochSecond()));
    assertThat(push.header("apns-id"))
        .isEqualTo(PushId.of(invite, alert(Optional.empty())).toString())
        .isNotEqualTo(PushId.of(invite, Calls.device(Calls.TOKEN)).toString());
    JsonNode aps = push.json().path("aps");
    assertThat(aps.toString())
        .isEqualTo(
            "{\"alert\":{\"title-loc-key\":\"TITLE\",\"loc-key\":\"MISSED\",\"loc-args\":[\"Bob\"]},"
                + "\"sound\":\"default\"}");
    assertThat(push.json().at("/call/uuid").asText()).isEqualTo(invite.callUuid().toString());
    assertThat(push.json().at("/call/caller/uri").asText()).isEqualTo("sip:bob@example.com");
  }

  @Test
  void aCallerWithoutANameIsNamedByAddress() throws Exception {
    CallInvite nameless = Calls.invite(Instant.now(), DAY, Optional.empty(), Map.of());

    assertThat(
            push(PayloadSettings.DEFAULT, alert(Optional.empty()), nameless)
                .json()
                .at("/aps/alert/loc-args/0")
                .asText())
        .isEqualTo("sip:bob@example.com");
  }

  @Test
  void whomACallMustNotNameItsAlertDoesNotNameEither() throws Exception {
    var nobody = new PayloadSettings(PayloadSettings.DEFAULT.shape(), CallerShown.NONE);
    byte[] key = new byte[SealKey.BYTES];
    Arrays.fill(key, (byte) 9);
    Device sealed = alert(Optional.of(SealKey.ofBytes(key)));

    for (ReceivedPush push :
        List.of(
            push(nobody, alert(Optional.empty()), invite),
            push(PayloadSettings.DEFAULT, sealed, invite))) {
      assertThat(push.payload())
          .contains("\"loc-key\":\"MISSED_BY\"")
          .doesNotContainIgnoringCase("bob", "loc-args", "caller");
    }
  }

  @Test
  void aPayloadThatIsTooLargeForAnAlertIsRefusedHere() throws Exception {
    CallInvite large =
        Calls.invite(Instant.now(), DAY, Optional.of("x".repeat(3)), Map.of("k", "v"));
    try (SenderFixture fixture = SenderFixture.in(folder);
        LocalApns apns = server(fixture).start()) {
      fixture
          .app(
              app(
                  fixture,
                  PayloadSettings.DEFAULT.with(
                      Optional.of(
                          new AlertSettings(
                              "K".repeat(4096), "K", Optional.empty(), Optional.empty())))))
          .production(apns.port())
          .start();

      assertThat(fixture.outcome(Calls.push(large, alert(Optional.empty()))).outcome().code())
          .isEqualTo("payload_too_large");
      assertThat(apns.pushes()).isEmpty();
    }
  }

  @Test
  void aDeadTokenIsToldAsThatOfTheAlert() throws Exception {
    try (SenderFixture fixture = SenderFixture.in(folder);
        LocalApns apns = server(fixture).start()) {
      fixture
          .app(app(fixture, PayloadSettings.DEFAULT.with(Optional.of(WORDS))))
          .production(apns.port())
          .start();
      apns.answer(Calls.TOKEN, Behaviour.rejects(410, "Unregistered", Instant.now()));

      assertThat(fixture.outcome(Calls.push(invite, alert(Optional.empty()))))
          .satisfies(
              report -> {
                assertThat(report.outcome()).isInstanceOf(PushOutcome.Unregistered.class);
                assertThat(report.device().kind()).isEqualTo(DeviceKey.Kind.ALERT);
              });
    }
  }

  @Test
  void withoutItsWordsNothingIsSent() throws Exception {
    try (SenderFixture fixture = SenderFixture.in(folder);
        LocalApns apns = server(fixture).start()) {
      fixture.app(app(fixture, PayloadSettings.DEFAULT)).production(apns.port()).start();

      assertThat(fixture.outcome(Calls.push(invite, alert(Optional.empty()))).outcome().code())
          .isEqualTo("no_route");
      assertThat(apns.pushes()).isEmpty();
    }
  }

  /** It goes the way of the calls: what keeps those away from APNs keeps it away too. */
  @Test
  void overARouteThatIsDownItIsNotTriedUntilTheRouteIsBack() throws Exception {
    try (SenderFixture fixture = SenderFixture.in(folder);
        LocalApns apns = server(fixture).start()) {
      fixture
          .app(app(fixture, PayloadSettings.DEFAULT.with(Optional.of(WORDS))))
          .production(apns.port())
          .start();
      ActiveFault refused =
          apns.begin(Fault.pushesGet(Behaviour.rejects(403, "InvalidProviderToken")), Scope.all());
      List<CompletableFuture<PushReport>> rings =
          IntStream.range(0, RouteBreaker.FEWEST)
              .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
              .toList();
      assertThat(rings)
          .allSatisfy(
              ring ->
                  assertThat(ring.join().outcome())
                      .isEqualTo(new TryAgain(RetryReason.CREDENTIAL)));

      // one that is due to look whether the route is back may come first
      SenderFixture.eventually(
          () -> {
            long before = apns.received();
            PushReport untried = fixture.outcome(Calls.push(invite, alert(Optional.empty())));
            return untried.outcome().equals(new TryAgain(RetryReason.ROUTE_DOWN))
                && untried.tries() == 0
                && apns.received() == before;
          });

      refused.close();
      SenderFixture.eventually(
          () ->
              fixture
                  .outcome(Calls.push(invite, alert(Optional.empty())))
                  .outcome()
                  .equals(new PushOutcome.Accepted()));
    }
  }

  private ReceivedPush push(PayloadSettings settings, Device device, CallInvite missed)
      throws Exception {
    try (SenderFixture fixture = SenderFixture.in(folder);
        LocalApns apns = server(fixture).start()) {
      fixture
          .app(app(fixture, settings.with(Optional.of(WORDS))))
          .expiration(Expiration.ZERO)
          .production(apns.port())
          .start();

      assertThat(fixture.outcome(Calls.push(missed, device)).outcome())
          .isInstanceOf(PushOutcome.Accepted.class);
      return apns.pushes().getFirst();
    }
  }

  private static LocalApns.Builder server(SenderFixture fixture) {
    return fixture.server().topic(Calls.PHONE.value());
  }

  private static AppSettings app(SenderFixture fixture, PayloadSettings payload) {
    return new AppSettings(
        List.of(Calls.PHONE),
        EnumSet.of(Environment.PRODUCTION),
        new CredentialSettings.SigningKey(
            fixture.key.file(), SenderFixture.KEY_ID, SenderFixture.TEAM_ID),
        payload);
  }

  private static Device alert(Optional<SealKey> sealTo) {
    Device rings = Calls.device(Calls.TOKEN);
    return new Device(
        rings.id(),
        rings.token(),
        rings.app(),
        rings.environment(),
        rings.registeredAt(),
        sealTo,
        DeviceKey.Kind.ALERT);
  }
}
