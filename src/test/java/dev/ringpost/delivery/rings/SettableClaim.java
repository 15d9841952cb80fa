package dev.ringpost.delivery.rings;

import dev.ringpost.call.Arrival;

/** A claim whose record is committed when the test says so. */
final class SettableClaim implements Arrival.Claim {

  boolean committed;

  /** One whose record is committed. */
  static SettableClaim ofCommitted() {
    var claim = new SettableClaim();
    claim.committed = true;
    return claim;
  }

  @Override
  public boolean held() {
    return true;
  }

  @Override
  public boolean committed() {
    return committed;
  }
}
