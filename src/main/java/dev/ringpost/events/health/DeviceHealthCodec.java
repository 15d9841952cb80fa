package dev.ringpost.events.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.call.WireTime;
import dev.ringpost.events.UnusableReason;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The reader and writer of the values of {@code voip-device-health}: {@code {"tokenDigest",
 * "bundleId", "environment", "deaf", "unrungCalls", "since", "at"}}. Safe for many threads.
 */
public final class DeviceHealthCodec implements ViewRecord.ValueCodec<DeviceHealth> {

  private static final JsonMapper JSON = new JsonMapper();

  /** The value of one. */
  public static byte[] encode(DeviceHealth health) {
    return json(health).toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The same as an object, to which more may be added. */
  public static ObjectNode json(DeviceHealth health) {
    ObjectNode object = JSON.createObjectNode();
    object.put("tokenDigest", health.token().value());
    object.put("bundleId", health.app().value());
    object.put("environment", health.environment().wire());
    object.put("deaf", health.deaf());
    object.put("unrungCalls", health.unrungCalls());
    object.put("since", WireTime.of(health.since()));
    object.put("at", WireTime.of(health.at()));
    return object;
  }

  @Override
  public Optional<DeviceHealth> decode(
      DeviceKey key, byte[] value, ContentMode mode, Instant timestamp)
      throws UnusableRecordException {
    try {
      JsonNode json = JSON.readTree(CloudEvent.plain(value, mode));
      if (json.path(ViewRecord.REMOVED).asBoolean()) {
        return Optional.empty();
      }
      return Optional.of(
          new DeviceHealth(
              new TokenDigest(json.path("tokenDigest").asText()),
              new BundleId(json.path("bundleId").asText()),
              environment(json.path("environment").asText()),
              json.path("deaf").asBoolean(),
              json.path("unrungCalls").asInt(),
              Instant.parse(json.path("since").asText()),
              Instant.parse(json.path("at").asText())));
    } catch (IOException _) {
      throw new UnusableRecordException(UnusableReason.NOT_JSON, "the value is not JSON");
    } catch (DateTimeException | IllegalArgumentException _) {
      throw new UnusableRecordException(
          UnusableReason.INVALID_FIELD, "the value is none that ringpost health writes");
    }
  }

  private static Environment environment(String wire) {
    return Arrays.stream(Environment.values())
        .filter(known -> known.wire().equals(wire))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such environment"));
  }
}
