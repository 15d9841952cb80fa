package dev.ringpost.drills;

import java.util.LinkedHashMap;
import java.util.Map;

/** The table of a long run: all that happened of one kind is one row. */
final class ChaosTable {

  private static final String HEAD =
      """
      | hardship | times | invites | settled | lost | missed | late rings | rings after the end \
      | needless double rings | excused double rings (bound) | longest without owner \
      | last slow verdict after | p99 during | p99 after | longest wait |
      |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
      """;

  private record Sum(int times, DrillRow row) {
    private Sum and(Sum other) {
      return new Sum(times + other.times, row.and(other.row));
    }
  }

  private final Map<String, Sum> sums = new LinkedHashMap<>();

  /**
   * Adds what happened once.
   *
   * @param kind the row that it belongs to
   */
  void add(String kind, DrillRow row) {
    sums.merge(kind, new Sum(1, row), Sum::and);
  }

  /** How many invites there were in all. */
  int invites() {
    return sums.values().stream().mapToInt(sum -> sum.row().invites()).sum();
  }

  /** The table, sorted by kinds. */
  String text() {
    var text = new StringBuilder(HEAD);
    sums.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> text.append(line(entry.getKey(), entry.getValue())));
    return text.toString();
  }

  private static String line(String kind, Sum sum) {
    DrillRow row = sum.row();
    return "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d (%d) | %s | %s | %s | %s | %s |%n"
        .formatted(
            kind,
            sum.times(),
            row.invites(),
            row.settled(),
            row.lost(),
            row.missed(),
            row.late(),
            row.afterEnd(),
            row.needless(),
            row.excused(),
            row.bound(),
            row.ownerlessTold(),
            DrillRow.seconds(row.waits().recovered()),
            DrillRow.seconds(row.waits().during()),
            DrillRow.seconds(row.waits().after()),
            DrillRow.seconds(row.waits().longest()));
  }
}
