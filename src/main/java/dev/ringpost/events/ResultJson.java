package dev.ringpost.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.call.WireTime;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Explanation;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.rings.AcceptedCall;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.events.cloud.EventAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The value of a result: one JSON object in UTF-8. Times are {@link WireTime}s. What is not known
 * is left out: a record that could not be read has no times, and a device that got no answer no
 * status. Safe for many threads.
 */
public final class ResultJson {

  /** The type of a result as a CloudEvent; another first number of the contract has another. */
  static final String EVENT_TYPE = "dev.ringpost.result.v1";

  /** The name of a result's schema. */
  static final String SCHEMA = "https://ringpost.dev/schemas/v1/result.json";

  private static final Explanation RETRY_NOT_STORED =
      new Explanation("retry_not_stored", "Kafka will never accept the record of the next try");

  private static final JsonFactory JSON = new JsonFactory();

  /** The fields of one object. */
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private final CalleeAs callee;
  private final BiPredicate<UserId, Device> deaf;

  /**
   * @param deaf whether a device of a user does not ring though APNs accepts pushes for it
   */
  public ResultJson(CalleeAs callee, BiPredicate<UserId, Device> deaf) {
    this.callee = callee;
    this.deaf = deaf;
  }

  /** The call that a result about this arrival is addressed to, if that is known. */
  public static Optional<CallId> addressee(Arrival arrival) {
    return switch (arrival) {
      case Arrival.Invited(_, Attempt attempt) -> Optional.of(attempt.invite().callId());
      case Arrival.Malformed(_, _, Optional<CallId> callId) -> callId;
    };
  }

  /**
   * The attributes of a result that is written as a CloudEvent. The source is the topic of the
   * invite, the id its place and the attempt: repeats share both, as readers drop repeats.
   */
  public static EventAttributes attributes(CallId callId, int attempt, Decision decision) {
    Origin invite = decision.arrival().envelope().origin();
    return new EventAttributes(
        invite.partition() + "-" + invite.offset() + "-" + attempt,
        "/ringpost/" + invite.topic(),
        EVENT_TYPE,
        callId.value(),
        decision.decidedAt(),
        SCHEMA);
  }

  /**
   * The value of one result.
   *
   * @param attempt the number of the try that the event is about
   * @param last whether nothing more follows
   */
  public byte[] of(CallId callId, Verdict verdict, int attempt, boolean last, Decision decision) {
    Arrival arrival = decision.arrival();
    Optional<CallInvite> invite =
        arrival instanceof Arrival.Invited(_, Attempt read)
            ? Optional.of(read.invite())
            : Optional.empty();
    return written(
        json -> {
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
          Optional<Explanation> why = explanation(verdict, decision);
          if (why.isPresent()) {
            json.writeStringField("reason", why.get().reason());
            json.writeStringField("detail", cut(why.get().detail()));
          }
          if (decision.report().looked().isPresent()) {
            writeLooked(json, decision.report().looked().get());
          }
          json.writeArrayFieldStart("devices");
          for (PushReport push : decision.report().pushes()) {
            boolean isDeaf = invite.filter(it -> deaf.test(it.callee(), push.device())).isPresent();
            writeDevice(json, push, isDeaf);
          }
          json.writeEndArray();
          if (invite.isPresent()) {
            writeTime(json, "invitedAt", invite.get().invitedAt());
            writeTime(json, "expiresAt", invite.get().deadline().at());
          }
          writeTime(json, "decidedAt", decision.decidedAt());
        });
  }

  /** The attributes of a second verdict: its word tells it from the first one's. */
  public static EventAttributes attributes(RingReport report) {
    AcceptedCall call = report.call();
    return new EventAttributes(
        call.origin().partition()
            + "-"
            + call.origin().offset()
            + "-"
            + call.attempt()
            + "-"
            + report.verdict().wire(),
        "/ringpost/" + call.origin().topic(),
        EVENT_TYPE,
        call.invite().callId().value(),
        report.decidedAt(),
        SCHEMA);
  }

  /** The value of one second verdict. */
  public byte[] of(RingReport report) {
    CallInvite invite = report.call().invite();
    RingVerdict verdict = report.verdict();
    return written(
        json -> {
          json.writeStringField("callId", invite.callId().value());
          json.writeStringField("callUuid", invite.callUuid().toString());
          json.writeStringField("callee", callee.name(invite.callee()));
          writeOrigin(json, report.call().origin());
          json.writeNumberField("attempt", report.call().attempt());
          json.writeBooleanField("final", true);
          json.writeStringField("verdict", verdict.wire());
          json.writeStringField("suggest", verdict.suggest().wire());
          if (verdict instanceof RingVerdict.Rang(DeviceId device, Optional<Duration> after)) {
            json.writeStringField("ringingDevice", device.value());
            if (after.isPresent()) {
              json.writeNumberField("ringingAfterMillis", after.get().toMillis());
            }
          }
          json.writeArrayFieldStart("devices");
          json.writeEndArray();
          writeTime(json, "invitedAt", invite.invitedAt());
          writeTime(json, "expiresAt", invite.deadline().at());
          writeTime(json, "decidedAt", report.decidedAt());
        });
  }

  /** An object in an array of its own size; what it grows in is lent by Jackson's pool. */
  private static byte[] written(Fields fields) {
    BufferRecycler buffers = JSON._getBufferRecycler();
    try (var bytes = new ByteArrayBuilder(buffers);
        JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
      json.flush();
      return bytes.getClearAndRelease();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    } finally {
      buffers.releaseToPool();
    }
  }

  /** A retry that becomes a failure on its way out is one that Kafka will never accept. */
  private static Optional<Explanation> explanation(Verdict verdict, Decision decision) {
    return decision.disposition() instanceof Disposition.Retry && verdict == Verdict.FAILED
        ? Optional.of(RETRY_NOT_STORED)
        : Explanation.of(decision);
  }

  private static String cut(String detail) {
    return detail.length() <= DeadLetterHeaders.MAX_DETAIL_LENGTH
        ? detail
        : detail.substring(0, DeadLetterHeaders.MAX_DETAIL_LENGTH);
  }

  private static void writeLooked(JsonGenerator json, Looked looked) throws IOException {
    json.writeObjectFieldStart("looked");
    json.writeNumberField("registered", looked.registered());
    json.writeNumberField("dead", looked.dead());
    json.writeNumberField("otherApp", looked.otherApp());
    json.writeNumberField("otherUser", looked.otherUser());
    json.writeNumberField("unreadable", looked.unreadable());
    json.writeNumberField("excluded", looked.excluded());
    json.writeEndObject();
    if (looked.deadDevices().isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("deadDevices");
    for (DeadDevice dead : looked.deadDevices()) {
      json.writeStartObject();
      writeRegistration(json, dead.device());
      writeTime(json, "since", dead.since());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeRegistration(JsonGenerator json, Device device) throws IOException {
    json.writeStringField("deviceId", device.id().value());
    json.writeStringField("tokenDigest", device.token().digest().value());
    json.writeStringField("app", device.app().value());
    json.writeStringField("registeredEnvironment", device.environment().wire());
  }

  private static void writeOrigin(JsonGenerator json, Origin origin) throws IOException {
    json.writeObjectFieldStart("invite");
    json.writeStringField("topic", origin.topic());
    json.writeNumberField("partition", origin.partition());
    json.writeNumberField("offset", origin.offset());
    json.writeEndObject();
  }

  private static void writeDevice(JsonGenerator json, PushReport push, boolean isDeaf)
      throws IOException {
    json.writeStartObject();
    writeRegistration(json, push.device());
    if (isDeaf) {
      json.writeBooleanField("deaf", true);
    }
    json.writeStringField("outcome", push.outcome().code());
    writeIfAny(json, "detail", cut(push.outcome().detail()));
    json.writeStringField("apnsId", push.apnsId().toString());
    if (push.answer().isPresent()) {
      ApnsResponse answer = push.answer().get();
      json.writeNumberField("status", answer.status());
      writeIfAny(json, "reason", answer.reason());
    }
    if (push.environment() != push.device().environment()) {
      json.writeStringField("environment", push.environment().wire());
    }
    writeIfAny(json, "connection", push.connection());
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
