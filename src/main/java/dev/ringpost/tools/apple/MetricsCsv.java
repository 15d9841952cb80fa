package dev.ringpost.tools.apple;

import java.util.ArrayList;
import java.util.List;

/** The reader of Apple's export, which is CSV with a line of names. */
final class MetricsCsv {

  static final String PUSH_TYPE = "Push Type";
  static final String STATUS = "Status";
  static final String DATE = "Date (UTC)";
  static final String COUNT = "Count";

  /** Bound on the rows: 30 days of 20 types in 20 states are 12,000. */
  static final int MAX_ROWS = 100_000;

  /** Bound on a word of a row. */
  private static final int MAX_WORD = 100;

  private final List<String> lines;

  private MetricsCsv(List<String> lines) {
    this.lines = lines;
  }

  /**
   * The rows, in their order. Columns are found by name, whatever stands beside them.
   *
   * @throws FailedExportException if it is not of the form that Apple documents
   */
  static List<MetricsRow> read(String text) throws FailedExportException {
    return new MetricsCsv(
            text.replaceFirst("^\uFEFF", "").lines().filter(it -> !it.isBlank()).toList())
        .rows();
  }

  private List<MetricsRow> rows() throws FailedExportException {
    if (lines.isEmpty()) {
      throw malformed("it is empty");
    }
    if (lines.size() > MAX_ROWS + 1) {
      throw malformed("it has more than " + MAX_ROWS + " rows");
    }
    List<String> names = cells(0);
    int pushType = column(names, PUSH_TYPE);
    int status = column(names, STATUS);
    int date = column(names, DATE);
    int count = column(names, COUNT);
    List<MetricsRow> rows = new ArrayList<>();
    for (int number = 1; number < lines.size(); number++) {
      List<String> cells = cells(number);
      if (cells.size() != names.size()) {
        throw malformed("line " + (number + 1) + " has " + cells.size() + " columns");
      }
      rows.add(
          new MetricsRow(
              word(cells.get(pushType)),
              word(cells.get(status)),
              word(cells.get(date)),
              count(cells.get(count), number + 1)));
    }
    return rows;
  }

  private static int column(List<String> names, String name) throws FailedExportException {
    int column = names.indexOf(name);
    if (column < 0) {
      throw malformed("it has no column " + name);
    }
    return column;
  }

  private static long count(String text, int line) throws FailedExportException {
    if (!text.matches("[0-9]{1,18}")) {
      throw malformed("the count on line " + line + " is no whole number");
    }
    return Long.parseLong(text);
  }

  private static String word(String text) {
    return PlainAnswer.of(text, MAX_WORD);
  }

  /** Cells may stand in quotes; a quote in one is written twice. */
  private List<String> cells(int number) throws FailedExportException {
    List<String> cells = new ArrayList<>();
    var cell = new StringBuilder();
    boolean quoted = false;
    String line = lines.get(number);
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    if (quoted) {
      throw malformed("line " + (number + 1) + " has a quote without an end");
    }
    cells.add(cell.toString().strip());
    return cells;
  }

  private static FailedExportException malformed(String words) {
    return FailedExportException.of("Apple's file is not as documented: " + words);
  }
}
