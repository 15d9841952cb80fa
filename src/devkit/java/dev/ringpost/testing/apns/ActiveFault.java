package dev.ringpost.testing.apns;

/** A fault in force, until it is ended here or its time is over. Safe for many threads. */
public final class ActiveFault implements AutoCloseable {

  private final Fault fault;
  private final Scope scope;
  private final ActiveFaults faults;

  ActiveFault(Fault fault, Scope scope, ActiveFaults faults) {
    this.fault = fault;
    this.scope = scope;
    this.faults = faults;
  }

  public Fault fault() {
    return fault;
  }

  public Scope scope() {
    return scope;
  }

  /** Whether it is still in force. */
  public boolean lasts() {
    return faults.inForce().contains(this);
  }

  /** Takes the fault back; again does nothing. */
  @Override
  public void close() {
    faults.end(this);
  }

  @Override
  public String toString() {
    return fault + " for " + scope;
  }
}
