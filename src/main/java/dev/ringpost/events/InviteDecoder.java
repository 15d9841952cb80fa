package dev.ringpost.events;

import static dev.ringpost.call.DeadLetterReason.EMPTY;
import static dev.ringpost.call.DeadLetterReason.INVITE_TOO_LARGE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Media;
import dev.ringpost.call.OddField;
import dev.ringpost.call.UserId;
import dev.ringpost.call.WireTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The reader of invite records, once, at the door: bytes become a valid {@link CallInvite} or a
 * flaw that names the field and the fix. Also accepts CloudEvents 1.0 in both content modes of its
 * Kafka protocol binding; the event's data is then the invite. Safe for many threads.
 */
public final class InviteDecoder {

  /**
   * Bound on an invite's value, in bytes; a payload may have 5120, the rest is for the envelope.
   */
  public static final int MAX_VALUE_BYTES = 64 * 1024;

  /**
   * How far a time may lie ahead of our clock before it is worth a word, and ahead of the record's
   * before it is not believed: as far as the clocks of two servers may differ by the rule of
   * signals.
   */
  static final Duration CLOCK_SKEW = Duration.ofSeconds(2);

  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};

  private final ObjectMapper json = InviteJson.mapper();
  private final RingSettings ring;
  private final Set<String> reservedFields;
  private final InviteListener listener;

  public InviteDecoder(RingSettings ring, InviteListener listener) {
    this.ring = ring;
    this.reservedFields = Set.of("aps", ring.payloadKey());
    this.listener = listener;
  }

  /** Reads a fresh invite that was first seen at {@code now}. */
  public Arrival decode(Envelope envelope, Instant now) {
    return decode(envelope, now, Attempt::first);
  }

  /**
   * Reads an invite that is tried again. The deadline is the one of the first reading, and the
   * envelope is the invite's as it stood first.
   */
  public Arrival decodeRetry(Envelope record, Instant now) {
    RetryNote note;
    try {
      note = RetryNote.read(record.headers());
    } catch (FlawedInviteException e) {
      return new Arrival.Malformed(record, e.flaw(), CallIdScan.of(record));
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

  /**
   * The value of an invite that is published again: its object without a CloudEvent around it, with
   * times of its own.
   *
   * @throws FlawedInviteException if it is no JSON object
   */
  public byte[] again(Envelope envelope, Instant invitedAt, Instant expiresAt)
      throws FlawedInviteException {
    var read = InviteJson.invite(json, bytes(envelope), envelope.headers());
    ObjectNode invite = read.root().deepCopy();
    invite.remove(OddField.RING_SECONDS.json());
    invite.put(OddField.INVITED_AT.json(), WireTime.of(invitedAt));
    invite.put(OddField.EXPIRES_AT.json(), WireTime.of(expiresAt));
    return invite.toString().getBytes(UTF_8);
  }

  private Arrival decode(Envelope envelope, Instant now, Function<CallInvite, Attempt> attempt) {
    try {
      InviteJson.Read read = InviteJson.invite(json, bytes(envelope), envelope.headers());
      CallInvite invite = invite(new InviteFields(read, listener), envelope, now);
      return new Arrival.Invited(envelope, attempt.apply(invite));
    } catch (FlawedInviteException e) {
      return new Arrival.Malformed(envelope, e.flaw(), CallIdScan.of(envelope));
    } catch (RuntimeException e) {
      // Whatever a record holds, it must not hold up those behind it. The message may quote it.
      String kind = e.getClass().getSimpleName();
      return new Arrival.Malformed(
          envelope, new Flaw(DeadLetterReason.INTERNAL, "fault: " + kind), CallIdScan.of(envelope));
    }
  }

  private static byte[] bytes(Envelope envelope) throws FlawedInviteException {
    byte[] value = envelope.value();
    if (value == null || value.length == 0) {
      throw new FlawedInviteException(EMPTY, "the record has no value; an invite is a JSON object");
    }
    if (value.length > MAX_VALUE_BYTES) {
      throw new FlawedInviteException(
          INVITE_TOO_LARGE,
          "the value has " + value.length + " bytes; an invite may have " + MAX_VALUE_BYTES);
    }
    return value;
  }

  private CallInvite invite(InviteFields fields, Envelope envelope, Instant now)
      throws FlawedInviteException {
    CallId callId = fields.required("callId", CallId::new);
    Optional<CallUuid> uuid = fields.callUuid();
    UserId callee = fields.required("callee", UserId::new);
    Instant invitedAt = invitedAt(fields, envelope, now);
    return new CallInvite(
        callId,
        uuid.orElseGet(() -> CallUuid.from(callId)),
        callee,
        fields.caller(),
        fields.isVideo() ? Media.VIDEO : Media.AUDIO,
        invitedAt,
        deadline(fields, invitedAt, now),
        fields.app(),
        fields.excludeDevices(),
        custom(fields));
  }

  /**
   * The invite's own time, else the record's. Where the server's clock is ahead of the record's,
   * the record's counts, and one ahead of now counts as now: the time is the same at each reading,
   * or an end that was told meanwhile would be that of an earlier attempt.
   */
  private Instant invitedAt(InviteFields fields, Envelope envelope, Instant now)
      throws FlawedInviteException {
    Optional<Instant> own = fields.time(OddField.INVITED_AT);
    Instant recorded = envelope.origin().timestamp();
    if (own.isEmpty()) {
      listener.withoutTime();
    }
    Instant told = own.orElse(recorded.isAfter(Instant.EPOCH) ? recorded : now);
    Instant ahead = now.plus(CLOCK_SKEW);
    boolean isOfAFastClock =
        recorded.isAfter(Instant.EPOCH) && told.isAfter(recorded.plus(CLOCK_SKEW));
    if (isOfAFastClock || told.isAfter(ahead) || recorded.isAfter(ahead)) {
      listener.clockSkewed();
    }
    Instant known = isOfAFastClock ? recorded : told;
    return known.isAfter(now) ? now : known;
  }

  private Deadline deadline(InviteFields fields, Instant invitedAt, Instant now)
      throws FlawedInviteException {
    Instant latest = now.plus(ring.max());
    Optional<Instant> expiresAt = fields.time(OddField.EXPIRES_AT);
    Instant asked = expiresAt.isPresent() ? expiresAt.get() : invitedAt.plus(ringTime(fields));
    return new Deadline(asked.isAfter(latest) ? latest : asked);
  }

  private Duration ringTime(InviteFields fields) throws FlawedInviteException {
    return fields.seconds(OddField.RING_SECONDS, ring.max()).orElse(ring.defaultTime());
  }

  private CustomFields custom(InviteFields read) throws FlawedInviteException {
    Optional<ObjectNode> custom = read.custom();
    if (custom.isEmpty()) {
      return CustomFields.NONE;
    }
    if (InviteJson.depth(custom.get()) > CustomFields.MAX_DEPTH) {
      throw read.invalid("custom", "must not be nested deeper than " + CustomFields.MAX_DEPTH);
    }
    Map<String, Object> fields = json.convertValue(custom.get(), FIELDS);
    int all = fields.size();
    fields.keySet().removeAll(reservedFields);
    listener.customFieldsDropped(all - fields.size());
    return new CustomFields(fields);
  }
}
