package dev.ringpost.apns.wire;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A push that belongs to no call. It is not written once it has expired.
 *
 * @param expiration what {@code apns-expiration} says, null for 0
 */
public record OneShotPush(
    BundleId app,
    VoipToken token,
    String payload,
    @Nullable Instant expiration,
    UUID id,
    InstantSource clock)
    implements VoipPush {

  @Override
  public String getToken() {
    if (expiration != null && !clock.instant().isBefore(expiration)) {
      throw new PushSuppressedException(new NotSent(NotSentReason.LATE));
    }
    return token.hex();
  }

  @Override
  public String getPayload() {
    return payload;
  }

  @Override
  public @Nullable Instant getExpiration() {
    return expiration;
  }

  @Override
  public String getTopic() {
    return app.voipTopic();
  }

  @Override
  public UUID getApnsId() {
    return id;
  }
}
