package dev.ringpost.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Origin;
import dev.ringpost.call.WireTime;
import dev.ringpost.delivery.Answer;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Settlement;
import dev.ringpost.delivery.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/**
 * The value of a result: one JSON object in UTF-8. Times are {@link WireTime}s. What is not known
 * is left out: a record that could not be read has no times, and a device that got no answer no
 * status. Safe for many threads.
 */
final class ResultJson {

  /** About the size of a result with two devices, in bytes. */
  private static final int USUAL_BYTES = 1024;

  private static final JsonFactory JSON = new JsonFactory();

  private final CalleeAs callee;

  ResultJson(CalleeAs callee) {
    this.callee = callee;
  }

  /** The call that a result about this arrival is addressed to, if that is known. */
  static Optional<CallId> addressee(Arrival arrival) {
    return switch (arrival) {
      case Arrival.Invited(_, Attempt attempt) -> Optional.of(attempt.invite().callId());
      case Arrival.Malformed(_, _, Optional<CallId> callId) -> callId;
    };
  }

  /**
   * @param attempt the number of the try that the event is about
   * @param last whether nothing more follows
   */
  byte[] of(CallId callId, Verdict verdict, int attempt, boolean last, Settlement settlement) {
    Arrival arrival = settlement.arrival();
    Optional<CallInvite> invite =
        arrival instanceof Arrival.Invited(_, Attempt read)
            ? Optional.of(read.invite())
            : Optional.empty();
    var bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("callId", callId.value());
      if (invite.isPresent()) {
        json.writeStringField("callUuid", invite.get().callUuid().toString());
        json.writeStringField("callee", callee.name(invite.get().callee()));
      }
      writeOrigin(json, arrival.envelope().origin());
      json.writeNumberField("attempt", attempt);
      json.writeBooleanField("final", last);
      json.writeStringField("verdict", verdict.wire());
      json.writeStringField("suggest", verdict.suggest().wire());
      if (settlement.report().skipped().equals(Optional.of(DeliveryReport.Skip.CLOCK_SKEW))) {
        json.writeStringField("reason", "clock_skew");
      }
      json.writeArrayFieldStart("devices");
      for (PushReport push : settlement.report().pushes()) {
        writeDevice(json, push);
      }
      json.writeEndArray();
      if (invite.isPresent()) {
        writeTime(json, "invitedAt", invite.get().invitedAt());
        writeTime(json, "expiresAt", invite.get().deadline().at());
      }
      writeTime(json, "decidedAt", settlement.decidedAt());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static void writeOrigin(JsonGenerator json, Origin origin) throws IOException {
    json.writeObjectFieldStart("invite");
    json.writeStringField("topic", origin.topic());
    json.writeNumberField("partition", origin.partition());
    json.writeNumberField("offset", origin.offset());
    json.writeEndObject();
  }

  private static void writeDevice(JsonGenerator json, PushReport push) throws IOException {
    json.writeStartObject();
    json.writeStringField("deviceId", push.device().id().value());
    json.writeStringField("tokenDigest", push.device().token().digest().value());
    json.writeStringField("outcome", push.outcome().code());
    json.writeStringField("apnsId", push.apnsId().toString());
    if (push.answer().isPresent()) {
      Answer answer = push.answer().get();
      json.writeNumberField("status", answer.status());
      writeIfAny(json, "reason", answer.reason());
    }
    if (push.environment() != push.device().environment()) {
      json.writeStringField("environment", push.environment().wire());
    }
    writeIfAny(json, "lane", push.lane());
    json.writeNumberField("tries", push.tries());
    json.writeNumberField("millis", push.took().toMillis());
    json.writeEndObject();
  }

  private static void writeIfAny(JsonGenerator json, String name, String text) throws IOException {
    if (!text.isEmpty()) {
      json.writeStringField(name, text);
    }
  }

  private static void writeTime(JsonGenerator json, String name, Instant time) throws IOException {
    json.writeStringField(name, WireTime.of(time));
  }
}
