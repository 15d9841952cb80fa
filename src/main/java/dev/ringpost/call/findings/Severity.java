package dev.ringpost.call.findings;

/** The severity of a finding; the later, the worse. */
public enum Severity {
  OK("ok"),
  /** Phones ring; something is not as advised, or could not be seen. */
  WARNING("warning"),
  /** Phones ring, but what is written about it waits in a worker's memory. */
  WRITES_WAIT("failed"),
  /** Phones do not ring, or a worker must not start. */
  FAILED("failed");

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  /** The word in reports; what keeps callers from being told has failed too. */
  public String word() {
    return word;
  }
}
