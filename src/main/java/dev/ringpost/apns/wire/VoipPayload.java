package dev.ringpost.apns.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Media;
import dev.ringpost.call.WireTime;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * The writer of the payload that the phone gets: the app's own fields, then {@code aps}, then one
 * object of ours. It holds all that the app needs to report the call to CallKit at once. Safe for
 * many threads.
 */
public final class VoipPayload {

  /** Apple's bound on the payload of a VoIP push, in bytes. */
  public static final int MAX_BYTES = 5120;

  /** Enough for a payload without fields of the app's own. */
  private static final int USUAL_CHARS = 512;

  /** A char becomes at most three bytes of UTF-8. */
  private static final int MAX_BYTES_PER_CHAR = 3;

  private static final String APS = "aps";

  private static final JsonMapper JSON = new JsonMapper();

  private final String key;

  /**
   * @param key the name of Ringpost's own object
   */
  public VoipPayload(String key) {
    this.key = key;
  }

  /**
   * The payload of one attempt as JSON, whatever its size. It is written as text, for Jackson's
   * writer of bytes escapes what lies beyond Unicode's first plane: an emoji would cost twelve
   * bytes, not four.
   */
  public String render(Attempt attempt, Instant sentAt) {
    var text = new StringWriter(USUAL_CHARS);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      writeCustom(json, attempt.invite().custom().fields());
      json.writeObjectFieldStart(APS);
      json.writeEndObject();
      json.writeObjectFieldStart(key);
      writeCall(json, attempt, sentAt);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** The size of a payload on the wire, in bytes. */
  public static int size(String payload) {
    return payload.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Whether APNs would refuse a payload for its size. */
  public static boolean isTooLarge(String payload) {
    return payload.length() * MAX_BYTES_PER_CHAR > MAX_BYTES && size(payload) > MAX_BYTES;
  }

  private void writeCustom(JsonGenerator json, Map<String, Object> custom) throws IOException {
    for (Map.Entry<String, Object> field : custom.entrySet()) {
      if (!field.getKey().equals(APS) && !field.getKey().equals(key)) {
        json.writeObjectField(field.getKey(), field.getValue());
      }
    }
  }

  private static void writeCall(JsonGenerator json, Attempt attempt, Instant sentAt)
      throws IOException {
    CallInvite invite = attempt.invite();
    json.writeStringField("id", invite.callId().value());
    json.writeStringField("uuid", invite.callUuid().toString());
    json.writeObjectFieldStart("caller");
    json.writeStringField("uri", invite.caller().uri());
    if (invite.caller().name().isPresent()) {
      json.writeStringField("name", invite.caller().name().get());
    }
    json.writeEndObject();
    json.writeBooleanField("video", invite.media() == Media.VIDEO);
    json.writeStringField("invitedAt", WireTime.of(invite.invitedAt()));
    json.writeStringField("expiresAt", WireTime.of(invite.deadline().at()));
    json.writeStringField("sentAt", WireTime.of(sentAt));
    json.writeNumberField("attempt", attempt.number());
  }
}
