package dev.ringpost.events;

/**
 * The exception of a codec for a record that is skipped. It has no stack trace: half of a topic may
 * be phones of another provider.
 */
public final class UnusableRecordException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Unusable why;

  /**
   * @param detail words for a person, which quote nothing
   */
  public UnusableRecordException(UnusableReason reason, String detail) {
    super(detail, null, false, false);
    this.why = new Unusable(reason, detail);
  }

  public Unusable unusable() {
    return why;
  }
}
