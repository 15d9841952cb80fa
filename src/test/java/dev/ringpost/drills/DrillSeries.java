package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.drills.DrillCluster.Excuse;
import dev.ringpost.drills.DrillCluster.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A group of drills on one cluster: each must keep every promise, and all make one table. */
final class DrillSeries {

  private static final int WORKERS = 2;

  private final DrillCluster cluster;
  private final DrillTable table;

  private DrillSeries(DrillCluster cluster, DrillTable table) {
    this.cluster = cluster;
    this.table = table;
  }

  /**
   * Begins with two workers.
   *
   * @param group the name of the table's place in the page
   */
  static DrillSeries begin(Path folder, String group) {
    return new DrillSeries(
        DrillCluster.open(folder, WORKERS, DrillCluster.PACE), new DrillTable(group));
  }

  DrillCluster cluster() {
    return cluster;
  }

  /** Adds a sentence below the table. */
  void note(String sentence) {
    table.note(sentence);
  }

  /** Lets trouble happen under load and asserts that no promise was broken by it. */
  DrillRow drill(String name, Excuse excuse, Duration after, Trouble trouble) {
    DrillRow row = cluster.drill(name, excuse, after, trouble);
    table.add(row);
    everyPromiseWasKept(row, excuse);
    return row;
  }

  /** Asserts that no promise was broken by what a row is about. */
  static void everyPromiseWasKept(DrillRow row, Excuse excuse) {
    assertThat(row.invites()).as("calls under load by %s", row.name()).isGreaterThan(25);
    assertThat(row.lost()).as("lost by %s", row.name()).isZero();
    if (!excuse.misses()) {
      assertThat(row.missed()).as("missed by %s", row.name()).isZero();
    }
    assertThat(row.late()).as("late rings by %s", row.name()).isZero();
    assertThat(row.afterEnd()).as("rings after the end by %s", row.name()).isZero();
    assertThat(row.needless()).as("needless double rings by %s", row.name()).isZero();
    assertThat(row.excused())
        .as("excused double rings by %s", row.name())
        .isLessThanOrEqualTo(row.bound());
  }

  /**
   * Ends the series: the table is written, and every guarantee must have held all the time.
   *
   * @param forgotten how many good tokens the drills may have cost
   */
  void end(int forgotten) throws IOException {
    try (DrillCluster _ = cluster) {
      table.write();
      cluster.everyGuaranteeHeld(forgotten);
    }
  }
}
