package dev.ringpost.apns;

import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One try to write a ring to one connection, with the write guard in it.
 *
 * <p>Pushy takes a push, waits for its connection and then asks for the headers on the loop, the
 * token first and once, right before it writes them. Cancelling Pushy's future does not stop it;
 * throwing from that getter does. So the token is given only while the ring may be written, and
 * only once: Pushy would write a push again, without bound, that APNs has refused a stream.
 */
final class GuardedPush implements VoipPush {

  private PendingRing ring;
  private final String lane;
  private final @Nullable Instant expiration;

  private boolean written;
  private long writtenNanos;
  private boolean ended;

  /**
   * @param lane the name of the lane that it is given to
   * @param expiration what {@code apns-expiration} says, null for 0
   */
  GuardedPush(PendingRing ring, String lane, @Nullable Instant expiration) {
    this.ring = ring;
    this.lane = lane;
    this.expiration = expiration;
  }

  PendingRing ring() {
    return ring;
  }

  /** The next attempt waits for its answer. */
  void handTo(PendingRing next) {
    ring = next;
  }

  /** When it was written, as {@link System#nanoTime}; only if it was. */
  long writtenNanos() {
    return writtenNanos;
  }

  /** The name of the lane that it was given to. */
  String lane() {
    return lane;
  }

  /** Time since it was written; only if it was. */
  Duration sinceWritten() {
    return Duration.ofNanos(System.nanoTime() - writtenNanos);
  }

  /** Whether Pushy is done with it, by an answer or a failure. */
  boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /**
   * The token, if the push may be written now; with it the push counts as written.
   *
   * @throws HeldBack if it may not
   */
  @Override
  public String getToken() {
    if (written || ring.isSettled()) {
      throw new HeldBack(new TryAgain(Cause.CONNECTION));
    }
    Why refusal = ring.refusal();
    if (refusal != null) {
      throw new HeldBack(new NotSent(refusal));
    }
    written = true;
    writtenNanos = System.nanoTime();
    ring.wrote(this);
    return ring.token();
  }

  @Override
  public String getPayload() {
    return ring.payload();
  }

  @Override
  public @Nullable Instant getExpiration() {
    return expiration;
  }

  @Override
  public String getTopic() {
    return ring.topic();
  }

  @Override
  public UUID getApnsId() {
    return ring.apnsId();
  }
}
