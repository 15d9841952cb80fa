package dev.ringpost.tools.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.WireTime;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The reader of results, which keeps of them what may be shown: no name, and nothing that could
 * control a terminal. Safe for many threads.
 *
 * @param callee how results name the callee
 */
record VerdictReader(CalleeAs callee) {

  /** Bound on a word of a result; ours have at most 23 letters. */
  static final int MAX_WORD = 40;

  private static final ObjectReader JSON = new JsonMapper().reader();

  /** The verdict; empty where the record is no result. */
  Optional<SeenVerdict> read(Envelope envelope) {
    byte[] stored = envelope.value();
    if (stored == null) {
      return Optional.empty();
    }
    JsonNode json;
    try {
      json = JSON.readTree(CloudEvent.plain(stored, ContentMode.of(envelope.headers())));
    } catch (IOException _) {
      return Optional.empty();
    }
    JsonNode invite = json.path("invite");
    String call = json.path("callId").asText();
    String verdict = word(json, "verdict");
    if (call.isEmpty() || verdict.isEmpty() || !invite.path("offset").isIntegralNumber()) {
      return Optional.empty();
    }
    int accepted = 0;
    for (JsonNode device : json.path("devices")) {
      accepted += device.path("outcome").asText().equals("accepted") ? 1 : 0;
    }
    Instant at = time(json, "decidedAt").orElse(envelope.origin().timestamp());
    return Optional.of(
        new SeenVerdict(
            plain(invite.path("topic").asText())
                + "-"
                + invite.path("partition").asInt()
                + "@"
                + invite.path("offset").asLong(),
            CalleeAs.digest(call),
            callee(json.path("callee").asText()),
            json.path("attempt").asInt(),
            json.path("final").asBoolean(),
            verdict,
            word(json, "suggest"),
            word(json, "reason"),
            accepted,
            json.path("devices").size(),
            millis(json, verdict, at),
            at));
  }

  private String callee(String named) {
    if (named.isEmpty()) {
      return "";
    }
    return switch (callee) {
      case PLAIN -> CalleeAs.digest(named);
      case DIGEST -> cut(plain(named));
    };
  }

  private static OptionalLong millis(JsonNode json, String verdict, Instant at) {
    if (verdict.equals(RingVerdict.Rang.WIRE)) {
      JsonNode after = json.path("ringingAfterMillis");
      return after.isNumber() ? OptionalLong.of(after.asLong()) : OptionalLong.empty();
    }
    // two machines' clocks: a negative time would say nothing
    return time(json, "invitedAt")
        .map(asked -> OptionalLong.of(Math.max(0, at.toEpochMilli() - asked.toEpochMilli())))
        .orElse(OptionalLong.empty());
  }

  private static Optional<Instant> time(JsonNode json, String field) {
    return WireTime.read(json.path(field).asText());
  }

  private static String word(JsonNode json, String field) {
    return cut(plain(json.path(field).asText()));
  }

  private static String cut(String text) {
    return text.length() <= MAX_WORD ? text : text.substring(0, MAX_WORD);
  }

  /** Printable ASCII only, so that each character takes one column. */
  private static String plain(String text) {
    return text.codePoints()
        .map(point -> point > ' ' && point < 0x7f ? point : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
