package dev.ringpost.apns;

import com.eatthepath.pushy.apns.PushType;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.wire.PushSuppressedException;
import dev.ringpost.apns.wire.VoipPush;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One try to write a push to one connection, with the write guard in it.
 *
 * <p>Pushy takes a push, waits for its connection and then asks for the headers on the loop, the
 * token first and once, right before it writes them. Cancelling Pushy's future does not stop it;
 * throwing from that getter does. So the token is given only while the push may be written, and
 * only once: Pushy would write a push again, without bound, that APNs has refused a stream.
 */
final class PushTry implements VoipPush {

  /** The connection that a try is given to. */
  interface Carrier {

    String name();

    boolean isOpen();

    /** Whether it has said nothing for long while pushes wait. */
    boolean isQuiet();

    /** Whether it has answered a push that was written after this one. */
    boolean hasPassedOver(PushTry pushTry);

    /** A push is about to be written to it. */
    void writes(PushTry pushTry);

    /** A push had no answer in time: unless it has one soon, the connection is of no use. */
    void suspect(PushTry pushTry);
  }

  private PendingPush push;
  private final String connectionNumber;
  private final ApnsSettings.Expiration ofCalls;
  private final LongSupplier nanoTime;

  private boolean written;
  private long writtenNanos;
  private boolean ended;
  private long endedNanos;

  /**
   * @param connection the name of the connection that it is given to
   * @param ofCalls what {@code apns-expiration} says of pushes that ring
   * @param nanoTime the loop's time
   */
  PushTry(
      PendingPush push, String connection, ApnsSettings.Expiration ofCalls, LongSupplier nanoTime) {
    this.push = push;
    this.connectionNumber = connection;
    this.ofCalls = ofCalls;
    this.nanoTime = nanoTime;
  }

  PendingPush push() {
    return push;
  }

  /** The next attempt waits for its answer. */
  void handTo(PendingPush next) {
    push = next;
  }

  /** When it was written, by the loop's time; only if it was. */
  long writtenNanos() {
    return writtenNanos;
  }

  /** The name of the connection that it was given to. */
  String connectionNumber() {
    return connectionNumber;
  }

  /** Time from its writing to its end, or to now while it has none; only if it was written. */
  Duration took() {
    return Duration.ofNanos((ended ? endedNanos : nanoTime.getAsLong()) - writtenNanos);
  }

  /** Whether Pushy is done with it, by an answer or a failure. */
  boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
    endedNanos = nanoTime.getAsLong();
  }

  /**
   * The token, if the push may be written now; with it the push counts as written.
   *
   * @throws PushSuppressedException if it may not
   */
  @Override
  public String getToken() {
    if (written || push.isDone()) {
      throw new PushSuppressedException(new TryAgain(RetryReason.CONNECTION));
    }
    NotSentReason refusal = push.refusal();
    if (refusal != null) {
      throw new PushSuppressedException(new NotSent(refusal));
    }
    written = true;
    writtenNanos = nanoTime.getAsLong();
    push.wrote(this);
    return push.token();
  }

  @Override
  public String getPayload() {
    return push.payload();
  }

  /** An alert waits for a phone that is away. */
  @Override
  public @Nullable Instant getExpiration() {
    return push.tellsOfMissedCall() ? push.deadline() : ofCalls.of(push.deadline());
  }

  @Override
  public String getTopic() {
    return push.topic();
  }

  @Override
  public PushType getPushType() {
    return push.tellsOfMissedCall() ? PushType.ALERT : PushType.VOIP;
  }

  /** A missed call is told once: what is told again takes the place of the first. */
  @Override
  public @Nullable String getCollapseId() {
    return push.tellsOfMissedCall() ? push.callUuid() : null;
  }

  @Override
  public UUID getApnsId() {
    return push.apnsId();
  }
}
