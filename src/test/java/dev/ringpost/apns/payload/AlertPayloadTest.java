package dev.ringpost.apns.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.Samples;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AlertPayloadTest {

  private static final EventSchema SCHEMA = EventSchema.of("alert.json");
  private static final String CALLER = "caller";
  private static final AlertSettings WORDS =
      new AlertSettings(
          "MISSED_CALL",
          "MISSED_CALL_NO_CALLER",
          Optional.of("MISSED_CALL_TITLE"),
          Optional.of("default"));
  private static final AlertSettings FEW_WORDS =
      new AlertSettings("MISSED_CALL", "MISSED_CALL_NO_CALLER", Optional.empty(), Optional.empty());

  @Test
  void anAlertKeepsItsSchemaAndWritesEveryFieldOfIt() {
    Set<String> written = new TreeSet<>();
    for (AlertSettings words : new AlertSettings[] {WORDS, FEW_WORDS}) {
      String alert = render(words, device(Optional.empty()));
      assertThat(SCHEMA.closed().flaws(alert)).isEmpty();
      written.addAll(EventSchema.fieldsOf(alert));
    }
    assertThat(written).isEqualTo(SCHEMA.fields());
  }

  @Test
  void whereTheCallIsSealedNobodyIsNamed() {
    byte[] key = "a key that is thirty-two bytes..".getBytes(UTF_8);
    String alert = render(WORDS, device(Optional.of(SealKey.ofBytes(key))));

    assertThat(SCHEMA.closed().flaws(alert)).isEmpty();
    assertThat(alert)
        .contains("MISSED_CALL_NO_CALLER")
        .doesNotContain("loc-args", CALLER, Samples.invite().caller().uri());
  }

  private static String render(AlertSettings words, Device device) {
    return new AlertPayload(words, PayloadSettings.DEFAULT).render(Samples.invite(), device);
  }

  private static Device device(Optional<SealKey> sealTo) {
    return new Device(
        new DeviceId("phone"),
        VoipToken.parse("ab".repeat(32)),
        new BundleId("com.example.phone"),
        Environment.PRODUCTION,
        Samples.NOW,
        sealTo);
  }
}
