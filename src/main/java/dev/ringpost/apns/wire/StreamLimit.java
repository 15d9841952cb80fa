package dev.ringpost.apns.wire;

import org.jspecify.annotations.Nullable;

/**
 * The number of pushes that a connection may have in flight: what APNs announced last, and never
 * more than the setting. Zero before the first announcement. Written on the loop, read on any
 * thread.
 */
public final class StreamLimit {

  /** A limit that fell to less than such a part of what it was is next to nothing. */
  static final int LOW = 10;

  private final int most;
  private volatile int now;
  private int highest;
  private boolean announced;

  /**
   * @param most the bound by setting, {@code apns.max-in-flight-per-connection}
   */
  public StreamLimit(int most) {
    this.most = most;
  }

  /**
   * APNs sent its settings.
   *
   * @param streams the limit in them; a null leaves the limit, which is the setting at first
   */
  public void announced(@Nullable Long streams) {
    if (streams != null) {
      now = (int) Math.min(most, streams);
    } else if (!announced) {
      now = most;
    }
    announced = true;
    highest = Math.max(highest, now);
  }

  public int now() {
    return now;
  }

  /** Whether APNs allows far less than it did, which is not how a new connection begins. */
  public boolean isNextToNothing() {
    return now == 0 || now * LOW < highest;
  }
}
