package dev.ringpost.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.chart.Chart;
import dev.ringpost.chart.Manifests;
import dev.ringpost.config.RingpostConfig.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the chart lets Strimzi make is what the worker would make, and may do. */
class ChartTopicsTest {

  private static final Topics TOPICS =
      new Topics(
          false,
          3,
          12,
          "call-invites",
          "voip-tokens",
          "voip-token-invalidations",
          "call-signals",
          "call-push-results",
          "call-invites.retry",
          List.of("call-invites.retry-1", "call-invites.retry-2", "call-invites.retry-3"),
          "call-invites.dlq");

  private final Manifests manifests = Chart.with("strimzi: {enabled: true, cluster: calls}");

  @Test
  void everyTopicIsSetAsTheWorkerWouldSetIt() {
    Map<String, Map<String, String>> made = new TreeMap<>();
    for (JsonNode topic : manifests.of("KafkaTopic")) {
      Map<String, String> settings = new HashMap<>();
      topic
          .at("/spec/config")
          .properties()
          .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
      assertThat(settings.remove("min.insync.replicas")).isEqualTo("2");
      made.put(topic.at("/spec/topicName").asText(), settings);
    }
    Map<String, Map<String, String>> expected = new TreeMap<>();
    TopicRule.of(TOPICS).forEach(rule -> expected.put(rule.name(), rule.settings()));

    assertThat(made).isEqualTo(expected);
  }

  @Test
  void theUserMayDoWithEachTopicWhatTheWorkerDoesAndNoMore() {
    Map<String, TreeSet<String>> allowed = new TreeMap<>();
    for (JsonNode acl : manifests.the("KafkaUser").at("/spec/authorization/acls")) {
      if (acl.at("/resource/type").asText().equals("topic")) {
        TreeSet<String> operations = new TreeSet<>();
        acl.get("operations").forEach(operation -> operations.add(operation.asText()));
        allowed.put(acl.at("/resource/name").asText(), operations);
      }
    }
    Map<String, TreeSet<String>> expected = new TreeMap<>();
    for (TopicRule rule : TopicRule.of(TOPICS)) {
      TreeSet<String> operations = new TreeSet<>(rule.operations());
      operations.addAll(List.of("Describe", "DescribeConfigs"));
      expected.put(rule.name().replaceFirst("retry-\\d$", "retry-"), operations);
    }

    assertThat(allowed).isEqualTo(expected);
  }
}
