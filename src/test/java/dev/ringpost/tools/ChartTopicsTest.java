package dev.ringpost.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.chart.Chart;
import dev.ringpost.chart.Manifests;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.GeneratedSection;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.tools.topics.AccessRight;
import dev.ringpost.tools.topics.AccessRight.When;
import dev.ringpost.tools.topics.TopicRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topics and rights that the chart has Strimzi create, compared with those that a worker would
 * create, and needs; and the pages that list them.
 */
class ChartTopicsTest {

  /** What an operator has who names no topics and no groups. */
  private final RingpostConfig config;

  private final Manifests manifests = Chart.with("strimzi: {enabled: true, cluster: calls}");

  ChartTopicsTest(@TempDir Path folder) throws InvalidConfigException {
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    config =
        ConfigLoader.load(
            ConfigFile.withDefaultTopics("kafka:9092")
                .apns(credentials, 2197, 8443)
                .apps("com.example.phone", key)
                .write(folder.resolve("ringpost.yaml")),
            Map.of(),
            InstantSource.system());
  }

  @Test
  void everyTopicIsSetAsTheWorkerWouldSetIt() {
    assertThat(made(manifests)).isEqualTo(expected(config));
  }

  private static Map<String, Map<String, String>> made(Manifests manifests) {
    Map<String, Map<String, String>> made = new TreeMap<>();
    for (JsonNode topic : manifests.of("KafkaTopic")) {
      Map<String, String> settings = new HashMap<>();
      topic
          .at("/spec/config")
          .properties()
          .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
      made.put(topic.at("/spec/topicName").asText(), settings);
    }
    return made;
  }

  private static Map<String, Map<String, String>> expected(RingpostConfig config) {
    Map<String, Map<String, String>> expected = new TreeMap<>();
    TopicRule.of(config.topics(), config.retry().count())
        .forEach(rule -> expected.put(rule.name(), rule.settings(3)));
    return expected;
  }

  /** The worker reads a list as a text with commas too. */
  @Test
  void aLadderThatIsATextHasAsManyTopicsAsSteps() {
    Manifests two =
        Chart.with(
            """
            strimzi: {enabled: true, cluster: calls}
            settings: {retry: {ladder: "500ms,1s"}}
            """);

    assertThat(made(two).keySet().stream().filter(it -> it.contains(".retry-")))
        .containsExactly("call-invites.retry-1", "call-invites.retry-2");
  }

  @Test
  void theUserMayDoWhatTheWorkerDoesAndNoMore() {
    assertThat(rights(manifests)).isEqualTo(expected(When.ALWAYS));
  }

  @Test
  void theUserMayAlsoMakeTopicsAndAskTheGroupWhereTheWorkerDoes() {
    Manifests all =
        Chart.with(
            """
            strimzi: {enabled: true, cluster: calls}
            kafka: {groupProtocol: consumer}
            settings: {topics: {create: true}}
            """);

    assertThat(rights(all)).isEqualTo(expected(When.values()));
  }

  @Test
  void whereMissedCallsAreToldTheirTopicAndRightsAreThere() {
    Manifests telling =
        Chart.with(
            """
            strimzi: {enabled: true, cluster: calls}
            settings: {missed-call: {enabled: true}}
            """);
    Set<String> expected = new TreeSet<>(expected(When.ALWAYS));
    AccessRight.ofMissedCalls(config.topics(), config.missedCall().group()).stream()
        .filter(right -> right.when() == When.ALWAYS)
        .map(
            right ->
                right(right.resource().word(), right.name(), right.prefixed(), right.operation()))
        .forEach(expected::add);

    assertThat(rights(telling)).isEqualTo(expected);
    assertThat(telling.of("KafkaTopic").stream().map(it -> it.at("/spec/topicName").asText()))
        .contains("call-invites.missed");
    assertThat(manifests.of("KafkaTopic").stream().map(it -> it.at("/spec/topicName").asText()))
        .doesNotContain("call-invites.missed");
  }

  @Test
  void whereDeafPhonesAreLookedForTheirTopicAndRightsAreThere(@TempDir Path folder)
      throws InvalidConfigException {
    Manifests looking =
        Chart.with(
            """
            strimzi: {enabled: true, cluster: calls}
            health: {enabled: true, kafkaSecret: ringpost-health}
            """);
    RingpostConfig configured = ofHealth(folder);

    assertThat(rights(user(looking, "ringpost"))).isEqualTo(words(AccessRight.of(configured)));
    assertThat(rights(user(looking, "ringpost-health")))
        .isEqualTo(words(AccessRight.ofHealth(configured)));
    assertThat(made(looking)).isEqualTo(expected(configured));
    Manifests named =
        Chart.with(
            """
            strimzi: {enabled: true, cluster: calls}
            settings: {topics: {device-health: voip-device-health}}
            """);
    assertThat(rights(named)).isEqualTo(words(AccessRight.of(configured)));
    assertThat(made(named)).isEqualTo(expected(configured));
  }

  private static RingpostConfig ofHealth(Path folder) throws InvalidConfigException {
    return ConfigLoader.loadWithoutApple(
        ConfigFile.withDefaultTopics("localhost:9092")
            .with("topics: {device-health: voip-device-health}\n")
            .write(folder.resolve("health.yaml")),
        Map.of());
  }

  private static Set<String> words(List<AccessRight> rights) {
    return rights.stream()
        .map(
            right ->
                right(right.resource().word(), right.name(), right.prefixed(), right.operation()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JsonNode user(Manifests manifests, String name) {
    return manifests.of("KafkaUser").stream()
        .filter(it -> it.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> rights(Manifests manifests) {
    return rights(manifests.the("KafkaUser"));
  }

  private static Set<String> rights(JsonNode user) {
    Set<String> rights = new TreeSet<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      JsonNode resource = acl.get("resource");
      for (JsonNode operation : acl.get("operations")) {
        rights.add(
            right(
                resource.get("type").asText(),
                resource.get("name").asText(),
                resource.get("patternType").asText().equals("prefix"),
                operation.asText()));
      }
    }
    return rights;
  }

  private List<AccessRight> rights() {
    return AccessRight.all(config.topics(), config.intake().group(), config.retry().group());
  }

  private Set<String> expected(When... when) {
    return rights().stream()
        .filter(right -> List.of(when).contains(right.when()))
        .map(
            right ->
                right(right.resource().word(), right.name(), right.prefixed(), right.operation()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String right(String type, String name, boolean prefixed, String operation) {
    return type + " " + name + (prefixed ? "*" : "") + " " + operation;
  }

  @Test
  void thePageOnSecurityListsTheSameRights() throws IOException {
    new GeneratedSection(Path.of("docs", "security.md"), "rights").isUpToDateWith(table(rights()));
  }

  @Test
  void thePageOfTheGatewayListsItsRights(@TempDir Path folder)
      throws IOException, InvalidConfigException {
    Path file =
        ConfigFile.withDefaultTopics("localhost:9092")
            .with("gateway: {webhook: {url: \"http://localhost/\", secret-file: secret}}\n")
            .write(folder.resolve("gateway.yaml"));
    new GeneratedSection(Path.of("docs", "gateway.md"), "gateway-rights")
        .isUpToDateWith(
            table(AccessRight.ofGateway(ConfigLoader.loadWithoutApple(file, Map.of()))));
  }

  @Test
  void thePageOfToolsListsTheRightsOfHealth(@TempDir Path folder)
      throws IOException, InvalidConfigException {
    new GeneratedSection(Path.of("docs", "tools.md"), "health-rights")
        .isUpToDateWith(table(AccessRight.ofHealth(ofHealth(folder))));
  }

  @Test
  void thePageOfToolsListsTheRightsOfSyntheticCalls(@TempDir Path folder)
      throws IOException, InvalidConfigException {
    Path file =
        ConfigFile.withDefaultTopics("localhost:9092").write(folder.resolve("synthetic.yaml"));
    new GeneratedSection(Path.of("docs", "tools.md"), "synthetic-rights")
        .isUpToDateWith(
            table(AccessRight.ofSynthetic(ConfigLoader.loadWithoutApple(file, Map.of()))));
  }

  @Test
  void thePageOfToolsListsTheRightsOfAShadow(@TempDir Path folder)
      throws IOException, InvalidConfigException {
    Path file = ConfigFile.withDefaultTopics("localhost:9092").write(folder.resolve("shadow.yaml"));
    new GeneratedSection(Path.of("docs", "tools.md"), "shadow-rights")
        .isUpToDateWith(
            table(
                AccessRight.ofShadow(
                    ConfigLoader.loadWithoutApple(file, Map.of()), "ringpost-shadow")));
  }

  private static String table(List<AccessRight> rights) {
    Map<String, List<AccessRight>> byResource = new LinkedHashMap<>();
    for (AccessRight right : rights) {
      byResource
          .computeIfAbsent(
              "| %s | `%s` | %s |"
                  .formatted(
                      right.resource().word(),
                      right.name(),
                      right.prefixed() ? "prefixed" : "literal"),
              _ -> new ArrayList<>())
          .add(right);
    }
    StringBuilder table = new StringBuilder("| resource | name | pattern | operations |\n");
    table.append("|---|---|---|---|\n");
    byResource.forEach(
        (resource, operations) ->
            table
                .append(resource)
                .append(' ')
                .append(
                    operations.stream()
                        .map(ChartTopicsTest::words)
                        .collect(Collectors.joining(", ")))
                .append(" |\n"));
    return table.toString();
  }

  private static String words(AccessRight right) {
    return "`%s`%s"
        .formatted(
            right.operation(),
            right.when() == When.ALWAYS ? "" : " (" + right.when().words() + ")");
  }
}
