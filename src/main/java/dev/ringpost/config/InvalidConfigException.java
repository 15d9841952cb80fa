package dev.ringpost.config;

import dev.ringpost.call.findings.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Everything that is wrong with a configuration, in the order of the file, so that one reading
 * repairs it. Nothing in here shows a secret, a Java class or a library's code.
 */
public final class InvalidConfigException extends Exception {

  private static final long serialVersionUID = 1;

  private final String file;
  private final transient List<Problem> problems;

  /**
   * @param file the configuration file
   * @param problems at least one
   */
  public InvalidConfigException(Path file, List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining("; ", file + ": ", "")));
    this.file = file.toString();
    this.problems = List.copyOf(problems);
  }

  /** The file as it was named. */
  public String file() {
    return file;
  }

  /** At least one problem. */
  public List<Problem> problems() {
    return problems;
  }

  /**
   * One thing that is wrong, and the place that says so.
   *
   * @param finding its subject is the key in the file's own spelling, a variable of the
   *     environment, or empty
   * @param where the line or the variable that set the key; empty if nothing did
   */
  public record Problem(Finding finding, String where) {

    /** One that no line is to blame for. */
    public static Problem of(Finding finding) {
      return new Problem(finding, "");
    }

    /** One line. */
    @Override
    public String toString() {
      String key = finding.subject();
      String place;
      if (key.isEmpty() || where.isEmpty()) {
        place = key + where;
      } else {
        place = key + " (" + where + ")";
      }
      return (place.isEmpty() ? "" : place + ": ") + finding.found() + "; " + finding.fix();
    }
  }
}
