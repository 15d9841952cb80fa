package dev.ringpost.live;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.ringpost.call.WireTime;
import java.io.IOException;

/** The writer of one call of a live view. */
final class CallJson {

  private CallJson() {}

  static void write(JsonGenerator json, SeenCall call) throws IOException {
    json.writeStartObject();
    json.writeStringField("record", call.origin().toString());
    json.writeStringField("call", call.call());
    json.writeStringField("callee", call.callee());
    json.writeStringField("appendedAt", WireTime.of(call.origin().timestamp()));
    json.writeNumberField("earlierAttempts", call.earlier());
    json.writeArrayFieldStart("attempts");
    for (SeenAttempt attempt : call.attempts()) {
      write(json, attempt);
    }
    json.writeEndArray();
    if (call.ring().isPresent()) {
      write(json, call, call.ring().get());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, SeenAttempt attempt) throws IOException {
    json.writeStartObject();
    json.writeNumberField("number", attempt.number());
    json.writeStringField("decidedAt", WireTime.of(attempt.decidedAt()));
    json.writeStringField("verdict", attempt.verdict());
    json.writeBooleanField("final", attempt.last());
    json.writeStringField("reason", attempt.reason());
    json.writeArrayFieldStart("devices");
    for (SeenDevice device : attempt.devices()) {
      write(json, device);
    }
    json.writeEndArray();
    json.writeNumberField("moreDevices", attempt.more());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, SeenDevice device) throws IOException {
    json.writeStartObject();
    json.writeStringField("token", device.token());
    json.writeStringField("app", device.app());
    json.writeStringField("environment", device.environment());
    json.writeStringField("outcome", device.outcome());
    json.writeNumberField("status", device.status());
    json.writeStringField("reason", device.reason());
    json.writeNumberField("tries", device.tries());
    json.writeNumberField("millis", device.millis());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, SeenCall call, SeenRing ring) throws IOException {
    json.writeObjectFieldStart("ring");
    json.writeStringField("verdict", ring.verdict());
    json.writeStringField("token", ringing(call, ring));
    if (ring.millis().isPresent()) {
      json.writeNumberField("millis", ring.millis().getAsLong());
    }
    json.writeStringField("decidedAt", WireTime.of(ring.decidedAt()));
    json.writeEndObject();
  }

  /** The token's digest of the device that rings; empty if this worker did not push it. */
  private static String ringing(SeenCall call, SeenRing ring) {
    return call.attempts().stream()
        .flatMap(attempt -> attempt.devices().stream())
        .filter(device -> device.id().equals(ring.id()))
        .map(SeenDevice::token)
        .findFirst()
        .orElse("");
  }
}
