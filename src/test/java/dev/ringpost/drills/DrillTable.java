package dev.ringpost.drills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of a group of drills: printed to a file of the build, and put into {@code
 * docs/reliability.md} where {@code -Dupdate.docs=true} asks for it.
 */
final class DrillTable {

  private static final Path PAGE = Path.of("docs", "reliability.md");

  private final String group;
  private final List<DrillRow> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param group the name of the place in the page
   */
  DrillTable(String group) {
    this.group = group;
  }

  void add(DrillRow row) {
    rows.add(row);
  }

  /** Adds a sentence below the table. */
  void note(String sentence) {
    notes.add(sentence);
  }

  /** Writes what there is. */
  void write() throws IOException {
    var table = new StringBuilder(DrillRow.HEAD);
    rows.forEach(row -> table.append(row.line()));
    notes.forEach(note -> table.append('\n').append(note).append('\n'));
    write(group, table.toString());
  }

  /**
   * Writes any table.
   *
   * @param group the name of the place in the page
   */
  static void write(String group, String table) throws IOException {
    Path target = Files.createDirectories(Path.of("target", "drills"));
    Files.writeString(target.resolve(group + ".md"), table);
    if (Boolean.getBoolean("update.docs")) {
      String begin = "<!-- " + group + ": made by the run -->\n";
      String end = "<!-- end of " + group + " -->";
      String page = Files.readString(PAGE);
      int from = page.indexOf(begin);
      int to = page.indexOf(end);
      if (from < 0 || to < from) {
        throw new IllegalStateException(PAGE + " has no place for " + group);
      }
      Files.writeString(
          PAGE, page.substring(0, from + begin.length()) + table + page.substring(to));
    }
  }
}
