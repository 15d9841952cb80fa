package dev.ringpost.intake;

import static dev.ringpost.call.DeadLetterReason.EMPTY;
import static dev.ringpost.call.DeadLetterReason.INVALID_FIELD;
import static dev.ringpost.call.DeadLetterReason.INVITE_TOO_LARGE;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Media;
import dev.ringpost.call.UserId;
import dev.ringpost.telemetry.IntakeMeters;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads invite records, once, at the door: bytes become a valid {@link CallInvite} or a flaw that
 * names the field and the fix. Also takes CloudEvents 1.0 in both content modes of its Kafka
 * protocol binding; the event's data is then the invite. Safe for many threads.
 */
final class InviteDecoder {

  /**
   * Bound on an invite's value, in bytes; a payload may have 5120, the rest is for the envelope.
   */
  static final int MAX_VALUE_BYTES = 64 * 1024;

  /** How far a time may lie ahead of our clock before it is worth a word. */
  static final Duration CLOCK_SKEW = Duration.ofSeconds(2);

  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};

  private final ObjectMapper json = InviteJson.mapper();
  private final RingSettings ring;
  private final Set<String> reservedFields;
  private final IntakeMeters meters;

  InviteDecoder(RingSettings ring, IntakeMeters meters) {
    this.ring = ring;
    this.reservedFields = Set.of("aps", ring.payloadKey());
    this.meters = meters;
  }

  /** Reads a fresh invite that was first seen at {@code now}. */
  Arrival decode(Envelope envelope, Instant now) {
    return decode(envelope, now, Attempt::first);
  }

  /**
   * Reads an invite that is tried again. The deadline is the one of the first reading, and the
   * envelope is the invite's as it stood first.
   */
  Arrival decodeRetry(Envelope record, Instant now) {
    RetryNote note;
    try {
      note = RetryNote.read(record.headers());
    } catch (FlawedInvite e) {
      return new Arrival.Malformed(record, e.flaw(), callId(record));
    }
    Instant latest = now.plus(ring.max());
    var deadline = note.deadline().at().isAfter(latest) ? new Deadline(latest) : note.deadline();
    var envelope = new Envelope(note.origin(), record.key(), record.value(), record.headers());
    return decode(
        envelope,
        now,
        invite ->
            new Attempt(
                invite.withDeadline(deadline),
                note.attempt(),
                note.devices(),
                note.accepted(),
                note.mistake()));
  }

  private Optional<CallId> callId(Envelope record) {
    try {
      return readableCallId(InviteJson.invite(json, bytes(record), record.headers()));
    } catch (FlawedInvite _) {
      return Optional.empty();
    }
  }

  private Arrival decode(Envelope envelope, Instant now, Function<CallInvite, Attempt> attempt) {
    Optional<CallId> callId = Optional.empty();
    try {
      JsonNode root = InviteJson.invite(json, bytes(envelope), envelope.headers());
      callId = readableCallId(root);
      return new Arrival.Invited(envelope, attempt.apply(invite(root, envelope, now)));
    } catch (FlawedInvite e) {
      return new Arrival.Malformed(envelope, e.flaw(), callId);
    } catch (RuntimeException e) {
      // Whatever a record holds, it must not hold up those behind it. The message may quote it.
      String kind = e.getClass().getSimpleName();
      return new Arrival.Malformed(
          envelope, new Flaw(DeadLetterReason.INTERNAL, "fault: " + kind), callId);
    }
  }

  private static byte[] bytes(Envelope envelope) throws FlawedInvite {
    byte[] value = envelope.value();
    if (value == null || value.length == 0) {
      throw new FlawedInvite(EMPTY, "the record has no value; an invite is a JSON object");
    }
    if (value.length > MAX_VALUE_BYTES) {
      throw new FlawedInvite(
          INVITE_TOO_LARGE,
          "the value has " + value.length + " bytes; an invite may have " + MAX_VALUE_BYTES);
    }
    return value;
  }

  private CallInvite invite(JsonNode root, Envelope envelope, Instant now) throws FlawedInvite {
    CallId callId = typed("callId", InviteJson.requiredText(root, "callId"), CallId::new);
    Optional<String> uuid = InviteJson.text(root, "callUuid");
    UserId callee = typed("callee", InviteJson.requiredText(root, "callee"), UserId::new);
    Instant invitedAt = invitedAt(root, envelope, now);
    Optional<String> app = InviteJson.text(root, "app");
    return new CallInvite(
        callId,
        uuid.isPresent()
            ? new CallUuid(InviteJson.uuid("callUuid", uuid.get()))
            : CallUuid.from(callId),
        callee,
        caller(root),
        media(root),
        invitedAt,
        deadline(root, invitedAt, now),
        app.isPresent()
            ? Optional.of(typed("app", app.get(), BundleId::new))
            : Optional.<BundleId>empty(),
        excludeDevices(root),
        custom(root));
  }

  private static Optional<CallId> readableCallId(JsonNode root) {
    JsonNode callId = root.path("callId");
    try {
      return callId.isTextual() ? Optional.of(new CallId(callId.textValue())) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Caller caller(JsonNode root) throws FlawedInvite {
    ObjectNode caller =
        InviteJson.object(root, "caller")
            .orElseThrow(
                () -> FlawedInvite.missing("caller", "{\"uri\": \"sip:bob@example.com\"}"));
    String uri = InviteJson.requiredText(caller, "caller.uri", "uri");
    JsonNode name = caller.path("name");
    Optional<String> shown = name.isTextual() ? Optional.of(name.textValue()) : Optional.empty();
    return typed("caller.uri", uri, text -> Caller.of(text, shown));
  }

  private static Media media(JsonNode root) {
    return "video".equals(root.path("media").textValue()) ? Media.VIDEO : Media.AUDIO;
  }

  /** The invite's own time, else the record's; one ahead of now counts as now. */
  private Instant invitedAt(JsonNode root, Envelope envelope, Instant now) throws FlawedInvite {
    Optional<String> text = InviteJson.text(root, "invitedAt");
    Instant recorded = envelope.origin().timestamp();
    Instant told =
        text.isPresent()
            ? InviteJson.instant("invitedAt", text.get())
            : recorded.isAfter(Instant.EPOCH) ? recorded : now;
    Instant ahead = now.plus(CLOCK_SKEW);
    if (told.isAfter(ahead) || recorded.isAfter(ahead)) {
      meters.clockSkewed();
    }
    return told.isAfter(now) ? now : told;
  }

  private Deadline deadline(JsonNode root, Instant invitedAt, Instant now) throws FlawedInvite {
    Instant latest = now.plus(ring.max());
    Optional<String> expiresAt = InviteJson.text(root, "expiresAt");
    Instant asked =
        expiresAt.isPresent()
            ? InviteJson.instant("expiresAt", expiresAt.get())
            : invitedAt.plus(ringTime(root));
    return new Deadline(asked.isAfter(latest) ? latest : asked);
  }

  private Duration ringTime(JsonNode root) throws FlawedInvite {
    JsonNode seconds = root.path("ringSeconds");
    if (seconds.isMissingNode() || seconds.isNull()) {
      return ring.defaultTime();
    }
    double value = seconds.isNumber() ? seconds.doubleValue() : Double.NaN;
    if (!(value > 0)) {
      throw new FlawedInvite(
          INVALID_FIELD, "ringSeconds must be a number of seconds above 0, such as 30");
    }
    double millis = Math.min(value * 1000, (double) ring.max().toMillis());
    return Duration.ofMillis(Math.round(millis));
  }

  private static Set<DeviceId> excludeDevices(JsonNode root) throws FlawedInvite {
    JsonNode list = root.path("excludeDevices");
    if (list.isMissingNode() || list.isNull()) {
      return Set.of();
    }
    if (!list.isArray() || list.size() > CallInvite.MAX_EXCLUDED) {
      throw new FlawedInvite(
          INVALID_FIELD,
          "excludeDevices must be an array of at most " + CallInvite.MAX_EXCLUDED + " device ids");
    }
    Set<DeviceId> devices = new HashSet<>();
    for (JsonNode id : list) {
      if (!id.isTextual()) {
        throw new FlawedInvite(INVALID_FIELD, "excludeDevices must hold strings only");
      }
      devices.add(typed("excludeDevices", id.textValue(), DeviceId::new));
    }
    return devices;
  }

  private CustomFields custom(JsonNode root) throws FlawedInvite {
    Optional<ObjectNode> custom = InviteJson.object(root, "custom");
    if (custom.isEmpty()) {
      return CustomFields.NONE;
    }
    if (InviteJson.depth(custom.get()) > CustomFields.MAX_DEPTH) {
      throw new FlawedInvite(
          INVALID_FIELD, "custom must not be nested deeper than " + CustomFields.MAX_DEPTH);
    }
    Map<String, Object> fields = json.convertValue(custom.get(), FIELDS);
    int all = fields.size();
    fields.keySet().removeAll(reservedFields);
    meters.customFieldsDropped(all - fields.size());
    return new CustomFields(fields);
  }

  /** Makes a typed value; what its own constructor refuses becomes a flaw of the field. */
  private static <T> T typed(String field, String text, Function<String, T> type)
      throws FlawedInvite {
    try {
      return type.apply(text);
    } catch (IllegalArgumentException e) {
      String words = String.valueOf(e.getMessage());
      throw new FlawedInvite(INVALID_FIELD, words.startsWith(field) ? words : field + ": " + words);
    }
  }
}
