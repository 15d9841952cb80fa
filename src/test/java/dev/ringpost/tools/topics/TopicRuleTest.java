package dev.ringpost.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.config.RingpostConfig.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of how long records must be kept, and what topics are created with. */
@Timeout(30)
class TopicRuleTest {

  private static final Duration RING_MAX = Duration.ofMinutes(2);

  @ParameterizedTest
  @ValueSource(strings = {"invites", "signals", "results", "retry-1"})
  void whatIsOfACallIsKeptAsLongAsACallMayRing(String topic) {
    assertThat(isTooShort(topic, RING_MAX.minusMillis(1))).isTrue();
    assertThat(isTooShort(topic, RING_MAX)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dead", "dead-letters"})
  void whatIsForLaterIsKeptAsLongAsWeMakeIt(String topic) {
    Duration made = rule(topic).retention().orElseThrow();

    assertThat(isTooShort(topic, made.minusMillis(1))).isTrue();
    assertThat(isTooShort(topic, made)).isFalse();
  }

  @Test
  void nothingIsTooShortThatIsKeptForEver() {
    for (TopicRule rule : rules()) {
      assertThat(rule.isTooShort(-1, RING_MAX)).isFalse();
    }
    assertThat(isTooShort("tokens", Duration.ZERO)).as("compacted only").isFalse();
  }

  @Test
  void aTopicThatForgetsWithinADayHasSmallerSegments() {
    assertThat(rule("signals").settings(1)).containsKey(TopicRule.SEGMENT);
    assertThat(rule("invites").settings(1)).doesNotContainKey(TopicRule.SEGMENT);
  }

  @Test
  void registrationsAreCompactedSoonAndTheirRemovalsKeptForAWeek() {
    assertThat(rule("tokens").settings(1))
        .containsEntry(TopicRule.SEGMENT, "3600000")
        .containsEntry("min.cleanable.dirty.ratio", "0.1")
        .containsEntry("max.compaction.lag.ms", "21600000")
        .containsEntry("delete.retention.ms", "604800000");
    assertThat(rule("dead").settings(1))
        .as("deleted by age, in segments as large as may be")
        .doesNotContainKeys(TopicRule.SEGMENT, "min.cleanable.dirty.ratio")
        .containsEntry("delete.retention.ms", "604800000");
    assertThat(rule("invites").compaction()).isEmpty();
  }

  @Test
  void twoReplicasAreAskedForOnlyWhereThreeAreMade() {
    assertThat(rule("results").settings(3)).containsEntry(TopicRule.MIN_IN_SYNC, "2");
    assertThat(rule("results").settings(2)).doesNotContainKey(TopicRule.MIN_IN_SYNC);
  }

  private static boolean isTooShort(String topic, Duration kept) {
    return rule(topic).isTooShort(kept.toMillis(), RING_MAX);
  }

  static TopicRule rule(String topic) {
    return rules().stream().filter(rule -> rule.name().equals(topic)).findFirst().orElseThrow();
  }

  static List<TopicRule> rules() {
    return TopicRule.of(
        new Topics(
            true,
            1,
            2,
            "invites",
            "tokens",
            "dead",
            "signals",
            "results",
            "retry",
            "missed",
            "dead-letters",
            Optional.empty()),
        1);
  }
}
