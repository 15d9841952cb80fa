package dev.ringpost.events;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reader of the values of {@code call-signals}: {@code {"callId", "callee", "type", "deviceId",
 * "at"}}. {@code at} is optional; it defaults to the record's timestamp and is never after it, so
 * that a server with a fast clock does not silence the next attempt at a call.
 */
public final class SignalCodec {

  static final List<String> FIELDS = List.of("callId", "callee", "type", "deviceId", "at");

  private SignalCodec() {}

  public static Signal decode(byte @Nullable [] value, ContentMode mode, Instant timestamp)
      throws UnusableRecordException {
    if (value == null) {
      throw new UnusableRecordException(UnusableReason.NO_VALUE, "the record needs a value");
    }
    TextFields fields = TextFields.read(value, mode, FIELDS);
    SignalType type =
        SignalType.of(fields.require("type"))
            .orElseThrow(
                () ->
                    new UnusableRecordException(
                        UnusableReason.UNKNOWN_TYPE, "type is none of ours"));
    Optional<DeviceId> device =
        type == SignalType.RINGING
            ? fields.find("deviceId", DeviceId::new)
            : Optional.<DeviceId>empty();
    if (type == SignalType.RINGING && device.isEmpty()) {
      throw new UnusableRecordException(
          UnusableReason.MISSING_FIELD, "deviceId is missing: ringing needs to say which device");
    }
    Instant at = fields.findTime("at").orElse(timestamp);
    return new Signal(
        fields.require("callId", CallId::new),
        fields.find("callee", UserId::new),
        type,
        device,
        at.isAfter(timestamp) ? timestamp : at);
  }
}
