package dev.ringpost.cli;

import java.util.List;

/** The exception for a worker that did not start, because something outside of it is not usable. */
public final class StartRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /**
   * @param problems at least one; each one line that says what is wrong and how to repair it
   */
  public StartRefusedException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** At least one line. */
  public List<String> problems() {
    return problems;
  }
}
