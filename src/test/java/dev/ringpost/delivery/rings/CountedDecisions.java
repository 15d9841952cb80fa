package dev.ringpost.delivery.rings;

import dev.ringpost.call.Arrival;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;

/** A listener that counts what it hears. */
final class CountedDecisions implements DeliveryListener {

  int decided;
  int again;

  @Override
  public void decided(Decision decision) {
    decided++;
  }

  @Override
  public void settledAgain(Arrival arrival, Arrival.Claim claim) {
    again++;
  }
}
