package dev.ringpost.apns.payload;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SegmentedStringWriter;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Caller;
import dev.ringpost.call.Device;
import dev.ringpost.call.Media;
import dev.ringpost.call.WireTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The writer of the payload that the phone gets. It holds all that the app needs to report the call
 * to CallKit at once. Safe for many threads.
 */
public final class VoipPayload {

  /** Apple's bound on the payload of a VoIP push, in bytes. */
  public static final int MAX_BYTES = 5120;

  /** A char becomes at most three bytes of UTF-8. */
  private static final int MAX_BYTES_PER_CHAR = 3;

  static final String APS = "aps";

  private static final JsonMapper JSON = new JsonMapper();

  /** A value that is written. */
  private interface Value {
    void write(JsonGenerator json) throws IOException;
  }

  private final PayloadSettings settings;

  public VoipPayload(PayloadSettings settings) {
    this.settings = settings;
  }

  /** The payload of one attempt at a phone that has given no key. */
  public String render(Attempt attempt, Instant sentAt) {
    return render(new CallFacts(attempt, sentAt, settings.caller(), Optional.empty()));
  }

  /** The payload of one attempt at a device as JSON, whatever its size. */
  public String render(Attempt attempt, Device device, Instant sentAt) {
    return device
        .sealTo()
        .map(key -> Seal.seal(key, attempt.invite().callUuid(), secret(attempt.invite())))
        .map(part -> new CallFacts(attempt, sentAt, settings.caller(), Optional.of(part)))
        .map(this::render)
        .orElseGet(() -> render(attempt, sentAt));
  }

  /**
   * It is written as text, for Jackson's writer of bytes escapes what lies beyond Unicode's first
   * plane: an emoji would cost twelve bytes, not four.
   */
  private String render(CallFacts facts) {
    return text(
        json -> {
          switch (settings.shape()) {
            case PayloadShape.Own(String key) -> writeOwn(json, key, facts);
            case PayloadShape.Template template ->
                new TemplateWriter(json, facts).write(template.root());
          }
        });
  }

  /** What is sealed: who calls and the app's own fields. */
  private static String secret(CallInvite invite) {
    return text(
        json -> {
          json.writeStartObject();
          writeCaller(json, invite.caller());
          if (!invite.custom().fields().isEmpty()) {
            json.writeObjectField("custom", invite.custom().fields());
          }
          json.writeEndObject();
        });
  }

  /** A value as text; what it grows in is lent by Jackson's pool. */
  private static String text(Value value) {
    BufferRecycler buffers = JSON.getFactory()._getBufferRecycler();
    try (var text = new SegmentedStringWriter(buffers)) {
      try (JsonGenerator json = JSON.createGenerator(text)) {
        value.write(json);
      }
      return text.getAndClear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      buffers.releaseToPool();
    }
  }

  /** The size of a payload on the wire, in bytes. */
  public static int size(String payload) {
    return payload.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Whether APNs would refuse a payload for its size. */
  public static boolean isTooLarge(String payload) {
    return payload.length() * MAX_BYTES_PER_CHAR > MAX_BYTES && size(payload) > MAX_BYTES;
  }

  private static void writeOwn(JsonGenerator json, String key, CallFacts facts) throws IOException {
    json.writeStartObject();
    writeCustom(json, key, facts.custom());
    json.writeObjectFieldStart(APS);
    json.writeEndObject();
    json.writeObjectFieldStart(key);
    writeCall(json, facts);
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

  private static void writeCall(JsonGenerator json, CallFacts facts) throws IOException {
    CallInvite invite = facts.invite();
    json.writeStringField("id", invite.callId().value());
    json.writeStringField("uuid", invite.callUuid().toString());
    Optional<Caller> caller = facts.caller();
    if (caller.isPresent()) {
      writeCaller(json, caller.get());
    }
    json.writeBooleanField("video", invite.media() == Media.VIDEO);
    json.writeStringField("invitedAt", WireTime.of(invite.invitedAt()));
    json.writeStringField("expiresAt", WireTime.of(invite.deadline().at()));
    json.writeStringField("sentAt", WireTime.of(facts.sentAt()));
    json.writeNumberField("attempt", facts.attempt().number());
    if (facts.sealed().isPresent()) {
      json.writeStringField("sealed", facts.sealed().get());
    }
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
