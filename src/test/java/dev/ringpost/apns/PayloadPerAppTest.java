package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.payload.CallerShown;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.apns.payload.PayloadShape;
import dev.ringpost.apns.payload.ShapeReader;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The payload of each app, as it arrives. */
@Timeout(120)
class PayloadPerAppTest {

  private static final BundleId DESK = new BundleId("com.example.desk");
  private static final BundleId SILENT = new BundleId("com.example.silent");

  private static final String TEMPLATE =
      "{\"aps\":{},\"id\":\"{call.uuid}\",\"from\":\"{caller.display}\",\"more\":\"{custom}\"}";

  @TempDir private Path folder;

  @Test
  void eachAppGetsItsOwnShape() throws Exception {
    CallInvite invite =
        Calls.invite(Instant.now(), Calls.LONG, Optional.of("Bob"), Map.of("k", "v"));
    try (SenderFixture fixture = SenderFixture.in(folder);
        LocalApns apns =
            fixture.server().topic(DESK.voipTopic()).topic(SILENT.voipTopic()).start()) {
      PayloadShape shape =
          ShapeReader.read(TEMPLATE, "call", CallerShown.FULL).shape().orElseThrow();
      fixture
          .app(app(fixture, Calls.PHONE, PayloadSettings.DEFAULT))
          .app(app(fixture, DESK, new PayloadSettings(shape, CallerShown.FULL)))
          .app(
              app(
                  fixture,
                  SILENT,
                  new PayloadSettings(PayloadSettings.DEFAULT.shape(), CallerShown.NONE)))
          .production(apns.port())
          .start();

      for (BundleId app : List.of(Calls.PHONE, DESK, SILENT)) {
        assertThat(
                fixture
                    .outcome(
                        Calls.push(invite, Calls.device(Calls.TOKEN, app, Environment.PRODUCTION)))
                    .outcome())
            .isInstanceOf(PushOutcome.Accepted.class);
      }

      assertThat(apns.pushes()).hasSize(3);
      assertThat(apns.pushes().get(0).payload())
          .startsWith("{\"k\":\"v\",\"aps\":{},\"call\":{")
          .contains("sip:bob@example.com", "Bob");
      assertThat(apns.pushes().get(1).payload())
          .isEqualTo(
              "{\"aps\":{},\"id\":\"0a0b23a8-bf87-54f6-adf1-9e8a1e2dd10d\",\"from\":\"Bob\","
                  + "\"more\":{\"k\":\"v\"}}");
      assertThat(apns.pushes().get(2).payload())
          .startsWith("{\"k\":\"v\",\"aps\":{},\"call\":{")
          .doesNotContain("bob", "Bob", "caller");
    }
  }

  @Test
  void whatIsSealedCannotBeReadOnTheWire() throws Exception {
    byte[] key = new byte[Device.SealKey.BYTES];
    Arrays.fill(key, (byte) 9);
    Device plain = Calls.device(Calls.TOKEN);
    Device device =
        new Device(
            plain.id(),
            plain.token(),
            plain.app(),
            plain.environment(),
            plain.registeredAt(),
            Optional.of(Device.SealKey.ofBytes(key)));
    CallInvite invite =
        Calls.invite(Instant.now(), Calls.LONG, Optional.of("Bob"), Map.of("tenant", "blue"));
    try (SenderFixture fixture = SenderFixture.in(folder);
        LocalApns apns = fixture.server().start()) {
      fixture.production(apns.port()).start();

      assertThat(fixture.outcome(Calls.push(invite, device)).outcome())
          .isInstanceOf(PushOutcome.Accepted.class);

      ReceivedPush push = apns.pushes().getFirst();
      assertThat(push.payload()).contains("\"uuid\"", "\"expiresAt\"", "\"sealed\"");
      // a few letters in a row stand in any cipher text and signature by chance
      assertThat(push.payload().replace(push.json().at("/call/sealed").asText(), ""))
          .doesNotContainIgnoringCase("bob", "caller", "tenant", "blue");
      Map<String, String> headers = new HashMap<>(push.headers());
      assertThat(headers.remove("authorization")).startsWith("bearer ");
      assertThat(headers.toString()).doesNotContainIgnoringCase("bob", "tenant");
    }
  }

  private static AppSettings app(
      SenderFixture fixture, BundleId bundleId, PayloadSettings payload) {
    return new AppSettings(
        List.of(bundleId),
        Set.of(Environment.PRODUCTION),
        new CredentialSettings.SigningKey(
            fixture.key.file(), SenderFixture.KEY_ID, SenderFixture.TEAM_ID),
        payload);
  }
}
