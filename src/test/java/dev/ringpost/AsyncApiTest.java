package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.tools.topics.TopicRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The topics as {@code docs/asyncapi.yaml} describes them, compared with those of a worker. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AsyncApiTest {

  private static final Path FILE = Path.of("docs", "asyncapi.yaml");

  private final JsonNode api;

  AsyncApiTest() throws IOException {
    Object yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(FILE));
    api = new JsonMapper().valueToTree(yaml);
  }

  @Test
  void theTopicsAreThoseOfAWorker() {
    RingpostConfig config = ConfigLoader.defaults();
    Map<String, String> expected = new LinkedHashMap<>();
    for (TopicRule rule : TopicRule.of(config.topics(), config.retry().count())) {
      String name = rule.name().replace(config.topics().retryPrefix() + "1", "the first retry");
      if (!name.startsWith(config.topics().retryPrefix())) {
        expected.put(name, rule.settings(3).get("cleanup.policy") + " " + actions(rule));
      }
    }

    // without their settings there are none
    expected.put("voip-device-health", "compact,delete [receive, send]");
    expected.put("call-invites.missed", "delete [receive, send]");

    Map<String, String> described = new LinkedHashMap<>();
    for (var channel : api.path("channels").properties()) {
      String address = channel.getValue().path("address").asText();
      List<String> policies =
          texts(channel.getValue().at("/bindings/kafka/topicConfiguration/cleanup.policy"));
      described.put(
          address.replace(config.topics().retryPrefix() + "{retry}", "the first retry"),
          String.join(",", policies) + " " + actions(channel.getKey()));
    }

    assertThat(described).containsExactlyInAnyOrderEntriesOf(expected);
  }

  /** What a worker does, in the words of AsyncAPI. */
  private static List<String> actions(TopicRule rule) {
    return rule.operations().stream()
        .map(operation -> operation.equals("Read") ? "receive" : "send")
        .sorted()
        .toList();
  }

  private List<String> actions(String channel) {
    List<String> actions = new ArrayList<>();
    for (JsonNode operation : api.path("operations")) {
      if (operation.at("/channel/$ref").asText().equals("#/channels/" + channel)) {
        actions.add(operation.path("action").asText());
      }
    }
    return actions.stream().sorted().toList();
  }

  @Test
  void everyReferenceLeadsSomewhereAndEverySchemaIsUsed() {
    TreeSet<String> used = new TreeSet<>();
    for (JsonNode reference : api.findValues("$ref")) {
      String target = reference.asText();
      if (target.startsWith("#")) {
        assertThat(api.at(target.substring(1)).isMissingNode()).as(target).isFalse();
      } else {
        assertThat(FILE.resolveSibling(target)).exists();
        used.add(FILE.resolveSibling(target).getFileName().toString());
      }
    }

    // Pushes are no events: they go to Apple.
    used.add("push.json");
    used.add("alert.json");
    used.add("sealed.json");
    assertThat(used).containsExactlyElementsOf(EventSchema.files());
  }

  @Test
  void theFolderOfTheSchemasHasTheFirstNumberOfTheVersion() {
    String version = api.at("/info/version").asText();

    assertThat(api.path("asyncapi").asText()).isEqualTo("3.0.0");
    assertThat(EventSchema.FOLDER.getFileName()).hasToString("v" + version.split("\\.", -1)[0]);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
