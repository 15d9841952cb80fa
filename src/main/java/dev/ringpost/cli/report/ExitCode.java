package dev.ringpost.cli.report;

/**
 * The exit codes of the program, with their meaning. The numbers above 63 are those of BSD's {@code
 * sysexits.h}.
 */
public enum ExitCode {
  CLEAN(
      0,
      "run, watch: it was asked to stop, by SIGTERM or SIGINT, and left cleanly. push: APNs"
          + " accepted the push. synthetic --once: the call came through. check, topics: nothing"
          + " failed; there may be warnings. plan, cell, config: it is printed; a plan may have"
          + " warnings."),
  USAGE(2, "The command line is wrong."),
  HEAP_FULL(
      3,
      "The heap is full, or as good as full: the garbage collector had four fifths of the time for"
          + " five seconds. Give the process more memory."),
  PUSH_REFUSED(65, "push: APNs refuses the push itself: its token, topic or payload."),
  NOT_FOUND(
      66,
      "trace, tokens list: nothing of the call or user stands in what was read. deaf: no device is"
          + " deaf. dlq: no dead letter that was asked for stands there."),
  UNAVAILABLE(
      69,
      "Something it needs is not usable: Kafka, a topic or the admin port at start, or the way to"
          + " APNs. Try again. check, topics: at least one line failed. dlq replay: not all was"
          + " replayed, or another replay runs. apple: an export or the results are not there."),
  INTERNAL(70, "An internal error; a fault of Ringpost."),
  PUSH_LATER(75, "push: APNs could not accept the push now, or did not answer. Try again."),
  NOT_RUNG(76, "synthetic --once: the call did not come through; the output says where it ended."),
  CREDENTIAL_REFUSED(
      77, "push: APNs refuses the key or certificate. apple: Apple refuses a token of the export."),
  CONFIGURATION(78, "The configuration or a credential is wrong. Trying again does not help.");

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
