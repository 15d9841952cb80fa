package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.drills.DrillGround.Excuse;
import dev.ringpost.drills.DrillGround.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A group of drills on one ground: each must keep every promise, and all make one table. */
final class DrillDay {

  private static final int WORKERS = 2;

  private final DrillGround ground;
  private final DrillTable table;

  private DrillDay(DrillGround ground, DrillTable table) {
    this.ground = ground;
    this.table = table;
  }

  /**
   * Begins with two workers.
   *
   * @param group the name of the table's place in the page
   */
  static DrillDay begin(Path folder, String group) {
    return new DrillDay(DrillGround.open(folder, WORKERS), new DrillTable(group));
  }

  DrillGround ground() {
    return ground;
  }

  /** Adds a sentence below the table. */
  void note(String sentence) {
    table.note(sentence);
  }

  /** Lets trouble happen under load and asserts that no promise was broken by it. */
  DrillRow drill(String name, Excuse excuse, Duration after, Trouble trouble) {
    DrillRow row = ground.drill(name, excuse, after, trouble);
    table.add(row);
    assertThat(row.invites()).as("calls under load").isGreaterThan(25);
    assertThat(row.lost()).as("lost").isZero();
    assertThat(row.late()).as("late rings").isZero();
    assertThat(row.afterEnd()).as("rings after the end").isZero();
    assertThat(row.needless()).as("needless double rings").isZero();
    assertThat(row.excused()).as("excused double rings").isLessThanOrEqualTo(row.bound());
    return row;
  }

  /**
   * Ends the day: the table is written, and every guarantee must have held all day.
   *
   * @param forgotten how many good tokens the drills may have cost
   */
  void end(int forgotten) throws IOException {
    try (DrillGround _ = ground) {
      table.write();
      ground.everyGuaranteeHeld(forgotten);
    }
  }
}
