package dev.ringpost.delivery;

import dev.ringpost.call.Arrival;

/** A listener to what happened, for measurement only: it must not block, fail or decide. */
public interface DeliveryListener {

  /** An attempt was decided. */
  void decided(Decision decision);

  /**
   * A record was read again, and what this worker knows of it settles it: no push, no decision.
   *
   * @param claim to the record by that reading: an older one is of no use any more
   */
  void settledAgain(Arrival arrival, Arrival.Claim claim);
}
