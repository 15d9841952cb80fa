package dev.ringpost.testing.apns;

/** A fault in force, until it is ended here or its time is over. Safe for many threads. */
public final class Trouble implements AutoCloseable {

  private final Fault fault;
  private final Scope scope;
  private final FaultBoard board;

  Trouble(Fault fault, Scope scope, FaultBoard board) {
    this.fault = fault;
    this.scope = scope;
    this.board = board;
  }

  public Fault fault() {
    return fault;
  }

  public Scope scope() {
    return scope;
  }

  /** Whether it is still in force. */
  public boolean lasts() {
    return board.inForce().contains(this);
  }

  /** Takes the fault back; again does nothing. */
  @Override
  public void close() {
    board.end(this);
  }

  @Override
  public String toString() {
    return fault + " for " + scope;
  }
}
