package dev.ringpost.directory.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringpost.directory.snapshot.SnapshotHeader.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules by which a snapshot is true of a topic. */
@Timeout(30)
class TopicNowTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);

  private static SnapshotHeader snapshot(
      String version, String topic, String id, int partitions, Duration age) {
    return new SnapshotHeader(
        version,
        topic,
        id,
        NOW.minus(age),
        Collections.nCopies(partitions, new Position(5, OptionalInt.of(0))));
  }

  private static SnapshotHeader aged(Duration age) {
    return snapshot("1.0", "tokens", "one", 12, age);
  }

  private static TopicNow keeping(Duration removals) {
    return new TopicNow("1.0", "tokens", "one", 12, removals, NOW);
  }

  private static void assertRefused(
      SnapshotHeader snapshot, TopicNow now, SnapshotReason reason, String words) {
    assertThatExceptionOfType(SnapshotRefusedException.class)
        .isThrownBy(() -> now.require(snapshot))
        .withMessageContaining(words)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void oneOfTheSameTopicIsTrueUntilRemovalsMayBeGone() {
    Duration oldest = WEEK.multipliedBy(9).dividedBy(10);

    assertThatCode(() -> keeping(WEEK).require(aged(Duration.ZERO))).doesNotThrowAnyException();
    assertThatCode(() -> keeping(WEEK).require(aged(oldest))).doesNotThrowAnyException();
    assertRefused(
        aged(oldest.plusMillis(1)), keeping(WEEK), SnapshotReason.TOO_OLD, "delete.retention.ms");
  }

  @Test
  void fiveMinutesAreLeftAtLeast() {
    TopicNow now = keeping(Duration.ofMinutes(20));

    assertThatCode(() -> now.require(aged(Duration.ofMinutes(15)))).doesNotThrowAnyException();
    assertRefused(aged(Duration.ofMinutes(16)), now, SnapshotReason.TOO_OLD, "960 s old");
  }

  @Test
  void whereRemovalsAreKeptForNoTimeNoneIsTrue() {
    assertRefused(aged(Duration.ZERO), keeping(Duration.ZERO), SnapshotReason.TOO_OLD, "0 s old");
  }

  @Test
  void clocksMayDisagreeALittle() {
    assertThatCode(() -> keeping(WEEK).require(aged(TopicNow.AHEAD.negated())))
        .doesNotThrowAnyException();
    assertRefused(
        aged(Duration.ofSeconds(-61)), keeping(WEEK), SnapshotReason.TOO_OLD, "61 s from now");
  }

  @Test
  void whatIsOfAnotherTopicOrVersionIsRefused() {
    TopicNow now = keeping(WEEK);
    Duration age = Duration.ofMinutes(5);

    assertRefused(
        snapshot("0.9", "tokens", "one", 12, age), now, SnapshotReason.OTHER_VERSION, "0.9");
    assertRefused(
        snapshot("1.0", "others", "one", 12, age), now, SnapshotReason.OTHER_TOPIC, "others");
    assertRefused(
        snapshot("1.0", "tokens", "two", 12, age), now, SnapshotReason.OTHER_TOPIC, "topic id");
    assertRefused(
        snapshot("1.0", "tokens", "one", 11, age), now, SnapshotReason.OTHER_PARTITIONS, "11");
  }
}
