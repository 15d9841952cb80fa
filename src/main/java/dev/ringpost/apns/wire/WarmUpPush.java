package dev.ringpost.apns.wire;

import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A push that makes Pushy connect and is never written. */
public final class WarmUpPush implements VoipPush {

  @Override
  public String getToken() {
    throw new PushSuppressedException(new TryAgain(RetryReason.CONNECTION));
  }

  @Override
  public String getPayload() {
    return "";
  }

  @Override
  public @Nullable Instant getExpiration() {
    return null;
  }

  @Override
  public String getTopic() {
    return "";
  }

  @Override
  public @Nullable UUID getApnsId() {
    return null;
  }
}
