package dev.ringpost.tools.check;

/**
 * What the doctor found about one thing. Nothing secret is in it.
 *
 * @param check what was looked at: {@code configuration}, {@code kafka}, {@code topic}, {@code
 *     group}, {@code fail-over}, {@code view}, {@code credential}, {@code apns}, or {@code check}
 *     where the time was over
 * @param subject which one of them; empty if there is only one
 * @param found what was found
 * @param fix what to do, for the most part a command line; empty if all is well
 */
public record CheckLine(Status status, String check, String subject, String found, String fix) {

  /** How well it is; the later, the worse. */
  public enum Status {
    OK("ok"),
    /** Phones ring; something is not as advised, or could not be seen. */
    WARNING("warning"),
    /** Phones do not ring, or nobody is told. */
    FAILED("failed");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    /** The word in reports. */
    public String word() {
      return word;
    }
  }

  static CheckLine ok(String check, String subject, String found) {
    return new CheckLine(Status.OK, check, subject, found, "");
  }

  static CheckLine warning(String check, String subject, String found, String fix) {
    return new CheckLine(Status.WARNING, check, subject, found, fix);
  }

  /** Something that must be repaired before phones ring. */
  public static CheckLine failed(String check, String subject, String found, String fix) {
    return new CheckLine(Status.FAILED, check, subject, found, fix);
  }

  /** A number and what it counts. */
  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
