package dev.ringpost.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.call.UserId;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The reader of what results say of pushes that APNs accepted. */
final class AcceptedReader {

  /** The word for the outcome of such a push. */
  private static final String ACCEPTED = "accepted";

  private static final ObjectReader JSON = new JsonMapper().reader();

  private AcceptedReader() {}

  /** The accepted pushes of a result, in whatever format; none of what is no result. */
  static List<AcceptedPush> read(ConsumerRecord<byte[], byte[]> record) {
    byte[] stored = record.value();
    if (stored == null) {
      return List.of();
    }
    try {
      JsonNode json = JSON.readTree(CloudEvent.plain(stored, ContentMode.of(record.headers())));
      List<AcceptedPush> pushes = new ArrayList<>();
      for (JsonNode device : json.path("devices")) {
        if (device.path("outcome").asText().equals(ACCEPTED)) {
          pushes.add(push(json, device, Instant.ofEpochMilli(record.timestamp())));
        }
      }
      return pushes;
    } catch (IOException | DateTimeException | IllegalArgumentException _) {
      return List.of();
    }
  }

  private static AcceptedPush push(JsonNode json, JsonNode device, Instant recordedAt) {
    JsonNode invite = json.path("invite");
    return new AcceptedPush(
        new CallId(json.path("callId").asText()),
        new DeviceKey(
            new UserId(json.path("callee").asText()),
            new DeviceId(device.path("deviceId").asText())),
        invite.path("topic").asText()
            + "-"
            + invite.path("partition").asInt()
            + "@"
            + invite.path("offset").asLong(),
        new TokenDigest(device.path("tokenDigest").asText()),
        new BundleId(device.path("app").asText()),
        environment(device.path("registeredEnvironment").asText()),
        Instant.parse(json.path("invitedAt").asText()),
        Instant.parse(json.path("decidedAt").asText()),
        Instant.parse(json.path("expiresAt").asText()),
        recordedAt);
  }

  private static Environment environment(String wire) {
    return wire.equals(Environment.SANDBOX.wire()) ? Environment.SANDBOX : Environment.PRODUCTION;
  }
}
