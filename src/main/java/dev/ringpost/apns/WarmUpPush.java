package dev.ringpost.apns;

import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A push that makes Pushy connect and is never written. */
final class WarmUpPush implements VoipPush {

  @Override
  public String getToken() {
    throw new HeldBack(new TryAgain(Cause.CONNECTION));
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
