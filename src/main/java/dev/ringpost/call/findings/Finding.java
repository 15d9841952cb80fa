package dev.ringpost.call.findings;

/**
 * A finding about one thing that was examined, and what to do. Nothing secret is in it.
 *
 * @param subject which thing: a topic, a field of the configuration, an app; empty if what was
 *     looked at is only one
 * @param found the rest of a sentence that begins with the subject, or a sentence
 * @param fix what to do, as an order, for the most part a command line; empty if all is well
 */
public record Finding(Severity severity, String subject, String found, String fix) {

  /** All is well. */
  public static Finding ok(String subject, String found) {
    return new Finding(Severity.OK, subject, found, "");
  }

  /** Something that is worth a word. */
  public static Finding warning(String subject, String found, String fix) {
    return new Finding(Severity.WARNING, subject, found, fix);
  }

  /** Something that must be repaired. */
  public static Finding failed(String subject, String found, String fix) {
    return new Finding(Severity.FAILED, subject, found, fix);
  }

  /** One line, where what it is about is known to the reader. */
  public String line() {
    return (subject.isEmpty() ? "" : subject + " ") + found + (fix.isEmpty() ? "" : "; " + fix);
  }
}
