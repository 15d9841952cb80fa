package dev.ringpost.events;

import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The reader of the values of {@code voip-token-invalidations}: {@code {"tokenDigest", "bundleId",
 * "environment", "invalidAt", "reason"}}. The reason is for people and passed over. {@code
 * invalidAt} is never after the record's timestamp: a time of death in the future would kill what
 * is registered until then. {@code {"removed": true}} withdraws it.
 */
public final class InvalidationCodec implements ViewRecord.ValueCodec<Invalidation> {

  static final List<String> FIELDS =
      List.of("tokenDigest", "bundleId", "environment", "invalidAt", ViewRecord.REMOVED);

  @Override
  public Optional<Invalidation> decode(
      DeviceKey key, byte[] value, ContentMode mode, Instant timestamp)
      throws UnusableRecordException {
    TextFields fields = TextFields.read(value, mode, FIELDS);
    if (fields.isTrue(ViewRecord.REMOVED)) {
      return Optional.empty();
    }
    TokenDigest token = fields.require("tokenDigest", TokenDigest::new);
    Instant invalidAt =
        fields
            .findTime("invalidAt")
            .orElseThrow(
                () ->
                    new UnusableRecordException(
                        UnusableReason.MISSING_FIELD, "invalidAt is missing"));
    return Optional.of(
        new Invalidation(
            key.device(),
            token,
            fields.bundleId(),
            fields.environment(),
            invalidAt.isAfter(timestamp) ? timestamp : invalidAt));
  }
}
