package dev.ringpost.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounds within which an operator's compaction settings may differ from what is advised. */
@Timeout(30)
class CompactionComparisonTest {

  private static final String NEVER = String.valueOf(Long.MAX_VALUE);
  private static final String WEEK = millis(Duration.ofDays(7));

  private static final Map<String, String> KAFKAS_DEFAULTS =
      Map.of(
          "segment.ms",
          WEEK,
          "min.cleanable.dirty.ratio",
          "0.5",
          "max.compaction.lag.ms",
          NEVER,
          "min.compaction.lag.ms",
          "0",
          "delete.retention.ms",
          millis(Duration.ofDays(1)));

  @Test
  void whatRingpostCreatesIsInOrder() {
    for (TopicRule rule : TopicRuleTest.rules()) {
      Map<String, String> settings = new HashMap<>(KAFKAS_DEFAULTS);
      settings.putAll(rule.settings(1));

      assertThat(compare(rule, settings).slow()).as(rule.name()).isEmpty();
      assertThat(compare(rule, settings).shortMemory()).as(rule.name()).isEmpty();
    }
  }

  @Test
  void kafkasDefaultsAreNamedTogetherWithWhatIsAdvised() {
    CompactionComparison comparison = compare(TopicRuleTest.rule("tokens"), KAFKAS_DEFAULTS);

    assertThat(comparison.slow())
        .containsExactly(
            Map.entry("segment.ms", WEEK),
            Map.entry("min.cleanable.dirty.ratio", "0.5"),
            Map.entry("max.compaction.lag.ms", NEVER));
    assertThat(comparison.fix(comparison.slow()))
        .containsExactly(
            Map.entry("segment.ms", "3600000"),
            Map.entry("min.cleanable.dirty.ratio", "0.1"),
            Map.entry("max.compaction.lag.ms", "21600000"));
    assertThat(comparison.shortMemory()).contains(Duration.ofDays(1).toMillis());
  }

  @Test
  void aShortLagClosesSegmentsAndCompactsThemWhateverElseIsSet() {
    assertThat(slow(Map.of("max.compaction.lag.ms", millis(Duration.ofDays(1))))).isEmpty();
    assertThat(slow(Map.of("max.compaction.lag.ms", millis(Duration.ofDays(1).plusMillis(1)))))
        .containsExactlyInAnyOrder(
            "segment.ms", "min.cleanable.dirty.ratio", "max.compaction.lag.ms");
  }

  @ParameterizedTest
  @CsvSource({"86400000,0.33,''", "86400001,0.33,segment.ms", "1000,0.01,''"})
  void aSmallShareIsEnoughOnceSegmentsAreClosed(String segment, String share, String named) {
    assertThat(slow(Map.of("segment.ms", segment, "min.cleanable.dirty.ratio", share)))
        .isEqualTo(named.isEmpty() ? Set.of() : Set.of(named));
  }

  @Test
  void segmentsThatAreNeverClosedAreNamed() {
    for (String never : List.of(NEVER, "-1")) {
      assertThat(slow(Map.of("segment.ms", never, "min.cleanable.dirty.ratio", "0.1")))
          .as(never)
          .containsExactly("segment.ms");
    }
  }

  @Test
  void aLargeShareNeedsAShortLag() {
    assertThat(slow(Map.of("segment.ms", "3600000", "min.cleanable.dirty.ratio", "0.34")))
        .containsExactlyInAnyOrder("min.cleanable.dirty.ratio", "max.compaction.lag.ms");
  }

  @Test
  void aLongLeastLagIsNamedWhateverElseIsSet() {
    Map<String, String> settings = new HashMap<>(TopicRuleTest.rule("tokens").settings(1));
    settings.put("min.compaction.lag.ms", WEEK);
    CompactionComparison comparison = compare(TopicRuleTest.rule("tokens"), settings);

    assertThat(comparison.slow()).containsExactly(Map.entry("min.compaction.lag.ms", WEEK));
    assertThat(comparison.fix(comparison.slow()))
        .containsExactly(Map.entry("min.compaction.lag.ms", "0"));
  }

  @Test
  void removalsAreKeptForALongWeekendAtLeast() {
    for (String topic : Set.of("tokens", "dead")) {
      assertThat(shortMemory(topic, Duration.ofDays(3).minusMillis(1))).as(topic).isTrue();
      assertThat(shortMemory(topic, Duration.ofDays(3))).as(topic).isFalse();
      assertThat(shortMemory(topic, Duration.ofDays(90))).as(topic).isFalse();
    }
    assertThat(shortMemory("invites", Duration.ZERO)).as("not compacted").isFalse();
  }

  @Test
  void invalidationsMayBeCompactedLate() {
    assertThat(compare(TopicRuleTest.rule("dead"), KAFKAS_DEFAULTS).slow()).isEmpty();
  }

  @Test
  void settingsThatAClusterDoesNotKnowAreNotNamed() {
    assertThat(compare(TopicRuleTest.rule("tokens"), Map.of()).slow()).isEmpty();
    assertThat(compare(TopicRuleTest.rule("tokens"), Map.of()).shortMemory()).isEmpty();
    assertThat(
            compare(TopicRuleTest.rule("tokens"), Map.of("min.cleanable.dirty.ratio", "half"))
                .slow())
        .isEmpty();
  }

  private static boolean shortMemory(String topic, Duration kept) {
    return compare(TopicRuleTest.rule(topic), Map.of("delete.retention.ms", millis(kept)))
        .shortMemory()
        .isPresent();
  }

  /** The settings that are named where all others are Kafka's defaults. */
  private static Set<String> slow(Map<String, String> own) {
    Map<String, String> settings = new HashMap<>(KAFKAS_DEFAULTS);
    settings.putAll(own);
    return compare(TopicRuleTest.rule("tokens"), settings).slow().keySet();
  }

  private static CompactionComparison compare(TopicRule rule, Map<String, String> settings) {
    return new CompactionComparison(
        rule,
        new Config(
            settings.entrySet().stream()
                .map(setting -> new ConfigEntry(setting.getKey(), setting.getValue()))
                .toList()));
  }

  private static String millis(Duration time) {
    return String.valueOf(time.toMillis());
  }
}
