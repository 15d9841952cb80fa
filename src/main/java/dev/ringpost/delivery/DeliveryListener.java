package dev.ringpost.delivery;

/** A listener to what happened, for measurement only: it must not block, fail or decide. */
public interface DeliveryListener {

  /** An attempt was decided. */
  void decided(Decision decision);

  /** A record was read again, and what this worker knows of it settles it: no push, no decision. */
  void settledAgain();
}
