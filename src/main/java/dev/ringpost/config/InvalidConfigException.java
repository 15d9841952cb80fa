package dev.ringpost.config;

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
   * One thing that is wrong.
   *
   * @param key the key in the file's own spelling, a variable of the environment, or empty
   * @param where the line or the variable that set it; empty if nothing did
   * @param wrong what is wrong
   * @param fix what to do about it
   */
  public record Problem(String key, String where, String wrong, String fix) {

    /** One line. */
    @Override
    public String toString() {
      String place;
      if (key.isEmpty() || where.isEmpty()) {
        place = key + where;
      } else {
        place = key + " (" + where + ")";
      }
      return (place.isEmpty() ? "" : place + ": ") + wrong + "; " + fix;
    }
  }
}
