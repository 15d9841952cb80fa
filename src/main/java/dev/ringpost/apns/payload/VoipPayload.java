package dev.ringpost.apns.payload;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Caller;
import dev.ringpost.call.Media;
import dev.ringpost.call.WireTime;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * The writer of the payload that the phone gets. It holds all that the app needs to report the call
 * to CallKit at once. Safe for many threads.
 */
public final class VoipPayload {

  /** Apple's bound on the payload of a VoIP push, in bytes. */
  public static final int MAX_BYTES = 5120;

  /** Enough for a payload without fields of the app's own. */
  private static final int USUAL_CHARS = 512;

  /** A char becomes at most three bytes of UTF-8. */
  private static final int MAX_BYTES_PER_CHAR = 3;

  static final String APS = "aps";

  private static final JsonMapper JSON = new JsonMapper();

  private final PayloadSettings settings;

  public VoipPayload(PayloadSettings settings) {
    this.settings = settings;
  }

  /**
   * The payload of one attempt as JSON, whatever its size. It is written as text, for Jackson's
   * writer of bytes escapes what lies beyond Unicode's first plane: an emoji would cost twelve
   * bytes, not four.
   */
  public String render(Attempt attempt, Instant sentAt) {
    var text = new StringWriter(USUAL_CHARS);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      switch (settings.shape()) {
        case PayloadShape.Own(String key) -> writeOwn(json, key, attempt, sentAt);
        case PayloadShape.Template template ->
            new TemplateWriter(json, new CallFacts(attempt, sentAt, settings.caller()))
                .write(template.root());
      }
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

  private void writeOwn(JsonGenerator json, String key, Attempt attempt, Instant sentAt)
      throws IOException {
    json.writeStartObject();
    writeCustom(json, key, attempt.invite().custom().fields());
    json.writeObjectFieldStart(APS);
    json.writeEndObject();
    json.writeObjectFieldStart(key);
    writeCall(json, attempt, sentAt);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeCustom(JsonGenerator json, String key, Map<String, Object> custom)
      throws IOException {
    for (Map.Entry<String, Object> field : custom.entrySet()) {
      if (!field.getKey().equals(APS) && !field.getKey().equals(key)) {
        json.writeObjectField(field.getKey(), field.getValue());
      }
    }
  }

  private void writeCall(JsonGenerator json, Attempt attempt, Instant sentAt) throws IOException {
    CallInvite invite = attempt.invite();
    json.writeStringField("id", invite.callId().value());
    json.writeStringField("uuid", invite.callUuid().toString());
    switch (settings.caller()) {
      case FULL -> writeCaller(json, invite.caller());
      case NONE -> {}
    }
    json.writeBooleanField("video", invite.media() == Media.VIDEO);
    json.writeStringField("invitedAt", WireTime.of(invite.invitedAt()));
    json.writeStringField("expiresAt", WireTime.of(invite.deadline().at()));
    json.writeStringField("sentAt", WireTime.of(sentAt));
    json.writeNumberField("attempt", attempt.number());
  }

  private static void writeCaller(JsonGenerator json, Caller caller) throws IOException {
    json.writeObjectFieldStart("caller");
    json.writeStringField("uri", caller.uri());
    if (caller.name().isPresent()) {
      json.writeStringField("name", caller.name().get());
    }
    json.writeEndObject();
  }
}
