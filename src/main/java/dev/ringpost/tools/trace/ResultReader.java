package dev.ringpost.tools.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.WireTime;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.tools.trace.Sighting.DeadDevice;
import dev.ringpost.tools.trace.Sighting.InvitePlace;
import dev.ringpost.tools.trace.Sighting.Looked;
import dev.ringpost.tools.trace.Sighting.OfInvite;
import dev.ringpost.tools.trace.Sighting.RingTold;
import dev.ringpost.tools.trace.Sighting.Told;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The reader of results of every version: what a result does not say is empty or 0. Safe for many
 * threads.
 */
final class ResultReader {

  private static final ObjectReader JSON = new JsonMapper().reader();

  private static final Set<String> SECOND = Set.of(RingVerdict.Rang.WIRE, RingVerdict.Silent.WIRE);

  private ResultReader() {}

  /** A result about a call; empty for one about another and for what is no result. */
  static Optional<OfInvite> read(Envelope envelope, CallId call) {
    byte[] stored = envelope.value();
    if (stored == null) {
      return Optional.empty();
    }
    byte[] value = CloudEvent.plain(stored, ContentMode.of(envelope.headers()));
    JsonNode json;
    try {
      json = JSON.readTree(value);
    } catch (IOException _) {
      return Optional.empty();
    }
    JsonNode invite = json.path("invite");
    if (!json.path("callId").asText().equals(call.value())
        || !invite.path("offset").isIntegralNumber()) {
      return Optional.empty();
    }
    var place =
        new InvitePlace(
            invite.path("topic").asText(),
            invite.path("partition").asInt(),
            invite.path("offset").asLong());
    String verdict = json.path("verdict").asText();
    Instant at = time(json, "decidedAt").orElse(envelope.origin().timestamp());
    if (SECOND.contains(verdict)) {
      JsonNode after = json.path("ringingAfterMillis");
      return Optional.of(
          new RingTold(
              envelope.origin(),
              place,
              verdict,
              json.path("ringingDevice").asText(),
              after.isNumber() ? OptionalLong.of(after.asLong()) : OptionalLong.empty(),
              at));
    }
    return Optional.of(
        new Told(
            envelope.origin(),
            place,
            json.path("callee").asText(),
            json.path("attempt").asInt(),
            json.path("final").asBoolean(),
            verdict,
            json.path("reason").asText(),
            json.path("detail").asText(),
            looked(json.path("looked")),
            dead(json.path("deadDevices")),
            devices(json.path("devices")),
            time(json, "invitedAt"),
            time(json, "expiresAt"),
            at));
  }

  private static Optional<Looked> looked(JsonNode json) {
    return json.isObject()
        ? Optional.of(
            new Looked(
                json.path("registered").asInt(),
                json.path("dead").asInt(),
                json.path("otherApp").asInt(),
                json.has("otherUser")
                    ? Optional.of(json.path("otherUser").asInt())
                    : Optional.empty(),
                json.path("unreadable").asInt(),
                json.path("excluded").asInt()))
        : Optional.empty();
  }

  private static List<DeadDevice> dead(JsonNode array) {
    List<DeadDevice> dead = new ArrayList<>();
    for (JsonNode json : array) {
      dead.add(
          new DeadDevice(
              json.path("deviceId").asText(),
              json.path("tokenDigest").asText(),
              json.path("app").asText(),
              json.path("registeredEnvironment").asText(),
              time(json, "since")));
    }
    return dead;
  }

  private static List<DeviceEnd> devices(JsonNode array) {
    List<DeviceEnd> devices = new ArrayList<>();
    for (JsonNode json : array) {
      String registered = json.path("registeredEnvironment").asText();
      devices.add(
          new DeviceEnd(
              json.path("deviceId").asText(),
              json.path("tokenDigest").asText(),
              json.path("app").asText(),
              registered,
              json.path("environment").asText(registered),
              json.path("outcome").asText(),
              json.path("detail").asText(),
              json.path("apnsId").asText(),
              json.path("status").isInt()
                  ? OptionalInt.of(json.path("status").asInt())
                  : OptionalInt.empty(),
              json.path("reason").asText(),
              json.path("connection").asText(),
              json.path("tries").asInt(),
              json.path("millis").asLong(),
              json.path("deaf").asBoolean()));
    }
    return devices;
  }

  private static Optional<Instant> time(JsonNode json, String field) {
    return WireTime.read(json.path(field).asText());
  }
}
