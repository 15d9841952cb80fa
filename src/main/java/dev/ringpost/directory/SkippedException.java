package dev.ringpost.directory;

/**
 * Thrown inside a codec when a record gives no entry. It has no stack trace: half of a topic may be
 * phones of another provider.
 */
final class SkippedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Skip skip;

  SkippedException(SkipReason reason, String detail) {
    super(detail, null, false, false);
    this.skip = new Skip(reason, detail);
  }

  Skip skip() {
    return skip;
  }
}
