package dev.ringpost.tools.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.WireTime;
import dev.ringpost.tools.trace.Sighting.DeadLettered;
import dev.ringpost.tools.trace.Sighting.Flawed;
import dev.ringpost.tools.trace.Sighting.Invited;
import dev.ringpost.tools.trace.Sighting.PutOff;
import dev.ringpost.tools.trace.Sighting.RingTold;
import dev.ringpost.tools.trace.Sighting.Signalled;
import dev.ringpost.tools.trace.Sighting.Told;

/** The JSON of a call's trace: one object. */
final class TraceJson {

  private static final JsonMapper JSON = new JsonMapper();

  private TraceJson() {}

  static String of(TraceReport report) {
    CallTrace trace = report.trace();
    ObjectNode json = JSON.createObjectNode();
    json.put("callId", trace.call().value());
    json.put("found", report.isFound());
    json.put("from", WireTime.of(trace.stretch().from()));
    json.put("to", WireTime.of(trace.stretch().to()));
    json.put("offsetsRead", trace.offsets());
    ArrayNode missing = json.putArray("missingTopics");
    trace.missing().forEach(missing::add);
    json.put("recordsNotShown", trace.dropped());
    ArrayNode invites = json.putArray("invites");
    trace.invites().forEach(invite -> invite(invites.addObject(), invite, trace));
    if (trace.invites().isEmpty()) {
      cause(json, report.unseen());
      ArrayNode signals = json.putArray("timeline");
      trace.signals().forEach(signal -> sighting(signals.addObject(), signal));
    }
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always JSON", e);
    }
  }

  private static void invite(ObjectNode json, InviteTrace invite, CallTrace trace) {
    json.put("invite", invite.invite().toString());
    if (!invite.callee().isEmpty()) {
      json.put("callee", invite.callee());
    }
    invite.expiresAt().ifPresent(it -> json.put("expiresAt", WireTime.of(it)));
    cause(json, LikelyCause.of(invite, trace.readAt()));
    ArrayNode timeline = json.putArray("timeline");
    invite.sightings().forEach(it -> sighting(timeline.addObject(), it));
  }

  private static void cause(ObjectNode json, Cause cause) {
    ObjectNode likely = json.putObject("likelyCause");
    likely.put("code", cause.code());
    likely.put("words", cause.words());
    likely.put("fix", cause.fix());
  }

  private static void sighting(ObjectNode json, Sighting sighting) {
    json.put("at", WireTime.of(sighting.at()));
    json.put("record", sighting.place().toString());
    json.put("kind", kind(sighting));
    json.put("words", TraceReport.words(sighting));
    if (sighting instanceof Told told) {
      json.put("attempt", told.attempt());
      json.put("final", told.last());
      json.put("verdict", told.verdict());
      ArrayNode devices = json.putArray("devices");
      told.devices().forEach(it -> device(devices.addObject(), it));
    }
  }

  private static String kind(Sighting sighting) {
    return switch (sighting) {
      case Invited _ -> "invite";
      case Flawed _ -> "flawed_invite";
      case Signalled _ -> "signal";
      case PutOff _ -> "retry";
      case Told _ -> "result";
      case RingTold _ -> "second_verdict";
      case DeadLettered _ -> "dead_letter";
    };
  }

  private static void device(ObjectNode json, DeviceEnd end) {
    json.put("deviceId", end.device());
    json.put("tokenDigest", end.digest());
    json.put("app", end.app());
    json.put("registeredEnvironment", end.registered());
    json.put("environment", end.pushed());
    if (end.deaf()) {
      json.put("deaf", true);
    }
    json.put("outcome", end.outcome());
    end.status().ifPresent(it -> json.put("status", it));
    if (!end.reason().isEmpty()) {
      json.put("reason", end.reason());
    }
    json.put("meaning", OutcomeWords.of(end).meaning());
    json.put("apnsId", end.apnsId());
    json.put("connection", end.connection());
    json.put("tries", end.tries());
    json.put("millis", end.millis());
  }
}
