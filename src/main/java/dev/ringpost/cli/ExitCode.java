package dev.ringpost.cli;

/** How the program leaves. The numbers above 63 are those of BSD's {@code sysexits.h}. */
public enum ExitCode {
  CLEAN(0, "It was asked to stop, by SIGTERM or SIGINT, and left cleanly."),
  USAGE(2, "The command line is wrong."),
  UNAVAILABLE(
      69, "Something it needs is not usable at start: Kafka, a topic, the admin port. Try again."),
  INTERNAL(70, "An internal error; a fault of Ringpost."),
  CONFIGURATION(78, "The configuration is wrong. Trying again does not help.");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** What the shell sees. */
  public int number() {
    return number;
  }

  /** One sentence for {@code --help} and the docs. */
  public String meaning() {
    return meaning;
  }
}
