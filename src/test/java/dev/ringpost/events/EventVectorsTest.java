package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.apns.wire.PushId;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.TokenValues;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The test vectors for other languages. They were made by another program, so that they are no echo
 * of the code.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventVectorsTest {

  private static final Path FILE = Path.of("docs", "vectors.json");

  private final JsonNode file;

  EventVectorsTest() throws IOException {
    file = new JsonMapper().readTree(FILE.toFile());
  }

  private List<JsonNode> vectors(String kind) {
    List<JsonNode> vectors = new ArrayList<>();
    file.path(kind).path("vectors").forEach(vectors::add);
    assertThat(vectors).as(kind).hasSizeGreaterThan(2);
    return vectors;
  }

  @Test
  void aCallHasTheUuidOfItsId() {
    assertThat(file.path("namespace").asText()).isEqualTo(CallUuid.NAMESPACE.toString());
    for (JsonNode vector : vectors("callUuids")) {
      assertThat(CallUuid.from(new CallId(vector.path("callId").asText())))
          .hasToString(vector.path("callUuid").asText());
    }
  }

  @Test
  void aPushHasTheIdOfItsCallAndDevice() {
    for (JsonNode vector : vectors("apnsIds")) {
      var invite =
          new CallInvite(
              Samples.CALL,
              new CallUuid(UUID.fromString(vector.path("callUuid").asText())),
              new UserId(vector.path("callee").asText()),
              Samples.invite().caller(),
              Samples.invite().media(),
              Samples.NOW,
              Samples.DEADLINE,
              Samples.invite().app(),
              Samples.invite().excludeDevices(),
              CustomFields.NONE);
      Device device =
          Samples.device(
              vector.path("deviceId").asText(),
              new BundleId(vector.path("bundleId").asText()),
              Samples.NOW);

      assertThat(PushId.of(invite, device)).hasToString(vector.path("apnsId").asText());
    }
  }

  @Test
  void aTokenIsNormalisedBeforeItsDigestIsMade() {
    for (JsonNode vector : vectors("tokens")) {
      VoipToken token = VoipToken.parse(vector.path("token").asText());

      assertThat(token.hex()).isEqualTo(vector.path("normalised").asText());
      assertThat(token.digest()).hasToString(vector.path("digest").asText());
    }
  }

  @Test
  void aContactGivesItsVoipToken() {
    for (JsonNode vector : vectors("contacts")) {
      String contact = vector.path("contact").toString();
      Device device = TokenValues.device(contact);

      assertThat(EventSchema.of("token.json").flaws(contact)).isEmpty();
      assertThat(device.token().hex()).isEqualTo(vector.path("normalised").asText());
      assertThat(device.app()).hasToString(vector.path("bundleId").asText());
      assertThat(device.environment().wire()).isEqualTo(vector.path("environment").asText());
    }
  }

  @Test
  void aKeyNamesAUserAndADevice() {
    for (JsonNode vector : vectors("keys")) {
      var key =
          new DeviceKey(
              new UserId(vector.path("user").asText()),
              new DeviceId(vector.path("device").asText()));

      assertThat(key.wire()).isEqualTo(vector.path("key").asText());
      assertThat(DeviceKey.parse(vector.path("key").asText().getBytes(UTF_8))).isEqualTo(key);
    }
  }

  @Test
  void aCalleeMayBeNamedByADigest() {
    for (JsonNode vector : vectors("calleeDigests")) {
      assertThat(CalleeAs.DIGEST.name(new UserId(vector.path("callee").asText())))
          .isEqualTo(vector.path("digest").asText());
    }
  }
}
