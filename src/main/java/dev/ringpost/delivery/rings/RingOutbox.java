package dev.ringpost.delivery.rings;

/** The port for second verdicts. Safe for many threads. */
@FunctionalInterface
public interface RingOutbox {

  /**
   * Stores a verdict some time, without being waited for; after a crash it may be missing. Nobody
   * else tells it: the record of its invite is committed.
   */
  void tell(RingReport report);
}
