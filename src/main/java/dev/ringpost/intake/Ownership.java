package dev.ringpost.intake;

/**
 * The ownership of one partition, for everything that was read from it since it was assigned;
 * nothing else decides whether the partition is still ours. The consumer's thread changes it, any
 * thread asks. Once it has said that the partition is gone it never says otherwise: the partition
 * is then assigned again, if at all.
 */
final class Ownership {

  private enum Standing {
    OURS,
    /** Being given away: what is in flight may end, nothing new begins. */
    LEAVING,
    /** Another worker's, or nobody's. */
    GONE
  }

  private final Lease lease;
  private volatile Standing standing = Standing.OURS;

  /**
   * @param lease of the consumer that was assigned the partition
   */
  Ownership(Lease lease) {
    this.lease = lease;
  }

  /** Whether work on a record may begin. */
  boolean mayBegin() {
    return standing == Standing.OURS && !lease.expired();
  }

  /** Whether what has begun may still ring a phone. */
  boolean mayPush() {
    return standing != Standing.GONE && !lease.expired();
  }

  void leave() {
    if (standing == Standing.OURS) {
      standing = Standing.LEAVING;
    }
  }

  void go() {
    standing = Standing.GONE;
  }
}
