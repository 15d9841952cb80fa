package dev.ringpost.directory;

import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.TokenDigest;
import java.time.Instant;
import java.util.List;

/**
 * Reads the values of {@code voip-token-invalidations}: {@code {"tokenDigest", "bundleId",
 * "environment", "invalidAt", "reason"}}. The reason is for people and passed over.
 */
final class InvalidationCodec implements ViewRecord.ValueCodec<Invalidation> {

  private static final List<String> FIELDS =
      List.of("tokenDigest", "bundleId", "environment", "invalidAt");

  @Override
  public Invalidation decode(DeviceKey key, byte[] value, Instant timestamp)
      throws SkippedException {
    TextFields fields = TextFields.read(value, FIELDS);
    TokenDigest token = fields.require("tokenDigest", TokenDigest::new);
    Instant invalidAt =
        fields
            .findTime("invalidAt")
            .orElseThrow(
                () -> new SkippedException(SkipReason.MISSING_FIELD, "invalidAt is missing"));
    return new Invalidation(
        key.device(), token, fields.bundleId(), fields.environment(), invalidAt);
  }
}
