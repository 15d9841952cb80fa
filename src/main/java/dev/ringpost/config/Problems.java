package dev.ringpost.config;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.InvalidConfigException.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** The problems that are found while the configuration is read. For one thread. */
final class Problems {

  /** A place behind all lines of the file and all variables. */
  static final int LAST = Integer.MAX_VALUE;

  private static final int LONGEST_ECHO = 60;

  /** As proxies are often written. */
  private static final Pattern WITH_LOGIN = Pattern.compile("([a-z0-9]+://)?[^/@]*:[^/]*@");

  private record Placed(Problem problem, int order) {}

  private final Path file;
  private final List<Placed> found = new ArrayList<>();

  Problems(Path file) {
    this.file = file;
  }

  /** A problem with a setting. */
  void add(String key, RawValues.Value setting, String wrong, String fix) {
    add(new Problem(Finding.failed(key, wrong, fix), setting.where()), setting.order());
  }

  void add(Problem problem, int order) {
    found.add(new Placed(problem, order));
  }

  /** Whether something is already known to be wrong with one of these keys. */
  boolean concern(String... keys) {
    List<String> asked = List.of(keys);
    return found.stream().anyMatch(placed -> asked.contains(placed.problem().finding().subject()));
  }

  void throwIfAny() throws InvalidConfigException {
    if (!found.isEmpty()) {
      throw new InvalidConfigException(
          file,
          found.stream()
              .sorted(Comparator.comparingInt(Placed::order))
              .map(Placed::problem)
              .toList());
    }
  }

  /** Text from outside, in quotes, on one line and cut to a sensible length; never a key. */
  static String quote(String text) {
    if (isPem(text)) {
      return "a key or certificate itself";
    }
    return WITH_LOGIN.matcher(text).lookingAt()
        ? "an address with a name and a password in it"
        : "\"" + plain(text) + "\"";
  }

  /** Whether somebody has pasted a file's text where its name belongs. */
  static boolean isPem(String text) {
    return text.contains("-----BEGIN");
  }

  /** Text from outside, on one line and cut to a sensible length. */
  static String plain(String text) {
    String line = oneLine(text);
    return line.length() > LONGEST_ECHO ? line.substring(0, LONGEST_ECHO) + "…" : line;
  }

  /** Text of a library's own making, on one line. */
  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
