package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.topics.AccessRight;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pod that calls a test phone, and what {@code helm test} runs. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ChartSyntheticTest {

  private static final String NAME = "ringpost-synthetic";

  @TempDir Path folder;
  @TempDir Path copy;

  @Test
  void withoutATestPhoneHelmTestRunsTheWorkersCheck() {
    Manifests manifests = Chart.withTests(copy, "check: {enabled: true}");
    JsonNode pod = manifests.the("Pod");

    assertThat(manifests.all())
        .noneMatch(object -> object.at("/metadata/name").asText().contains("synthetic"));
    assertThat(pod.at("/metadata/annotations/hook").asText()).isEqualTo("test");
    assertThat(StrictKinds.wrong(pod)).isEmpty();
    assertThat(pod.at("/spec/containers/0"))
        .isEqualTo(manifests.the("Job").at("/spec/template/spec/containers/0"));
    assertThat(pod.at("/spec/volumes"))
        .isEqualTo(manifests.the("Job").at("/spec/template/spec/volumes"));
    assertThat(pod.at("/spec/restartPolicy").asText()).isEqualTo("Never");
    assertThat(Chart.notes("")).contains("helm test -n ringpost ringpost --logs");
  }

  @Test
  void withOneHelmTestCallsItFromWhereThePodStands() {
    Manifests manifests = ValuesMatrix.renderedWithTests(copy, "synthetic calls with all");
    JsonNode pod = manifests.the("Pod");
    JsonNode running = manifests.deployment("synthetic").at("/spec/template/spec");

    assertThat(StrictKinds.wrong(pod)).isEmpty();
    assertThat(pod.at("/spec/containers/0/args").toString())
        .isEqualTo("[\"synthetic\",\"--once\",\"--config\",\"/etc/ringpost/synthetic.yaml\"]");
    assertThat(pod.at("/spec/volumes")).isEqualTo(running.get("volumes"));
    assertThat(pod.at("/spec/containers/0/volumeMounts"))
        .isEqualTo(running.at("/containers/0/volumeMounts"));
    assertThat(pod.at("/metadata/labels/app.kubernetes.io~1component").asText())
        .as("its policy is that of the synthetic calls")
        .isEqualTo("synthetic-check");
  }

  /** The same user, files, Kafka and network, and nothing of the workers. */
  @Test
  void itsCheckIsAJobThatHasWhatItHas() {
    Manifests manifests = ValuesMatrix.rendered("synthetic calls with all");
    JsonNode pod = manifests.deployment("synthetic").at("/spec/template/spec");
    JsonNode job =
        manifests.of("Job").stream()
            .filter(it -> it.at("/metadata/name").asText().startsWith(NAME + "-check"))
            .findFirst()
            .orElseThrow();
    JsonNode check = job.at("/spec/template/spec");

    assertThat(manifests.of("Job")).hasSize(2);
    assertThat(check.at("/containers/0/args").toString())
        .isEqualTo("[\"check\",\"--synthetic\",\"--config\",\"/etc/ringpost/synthetic.yaml\"]");
    assertThat(check.get("volumes")).isEqualTo(pod.get("volumes"));
    assertThat(check.at("/containers/0/volumeMounts"))
        .isEqualTo(pod.at("/containers/0/volumeMounts"));
    assertThat(job.at("/spec/template/metadata/annotations").toString()).isEqualTo("{\"a\":\"b\"}");
    assertThat(ValuesMatrix.rendered("synthetic calls").of("Job")).isEmpty();
    assertThat(Chart.notes("{synthetic: {enabled: true, callee: a}, check: {enabled: true}}"))
        .contains("component in (check,synthetic-check)");
  }

  @Test
  void aTestPhoneAloneIsEnoughForHelmTest() {
    Manifests manifests = ValuesMatrix.renderedWithTests(copy, "a synthetic call by helm test");

    assertThat(manifests.of("Deployment")).hasSize(1);
    assertThat(manifests.the("Pod").toString()).contains("--once");
    assertThat(named(manifests, "NetworkPolicy")).hasSize(1);
    JsonNode map = manifests.the("Pod").at("/spec/volumes/0/configMap/name");
    assertThat(manifests.of("ConfigMap")).anyMatch(it -> it.at("/metadata/name").equals(map));
  }

  @Test
  void itAcceptsItsFileAndIsOnePod() throws Exception {
    Manifests manifests = ValuesMatrix.rendered("synthetic calls with all");

    RingpostConfig config = loaded(manifests);

    assertThat(config.synthetic().callee()).contains("test-phone");
    assertThat(config.synthetic().every()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.synthetic().expectRinging()).isFalse();
    assertThat(config.topics().results()).isEqualTo("acme.results");
    assertThat(manifests.deployment("synthetic").at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(manifests.configuration()).doesNotContain("synthetic");
  }

  @Test
  void nothingOfApplesIsInItsPodsAndNoWayLeadsThere() {
    Manifests manifests = ValuesMatrix.renderedWithTests(copy, "synthetic calls");
    JsonNode policy = named(manifests, "NetworkPolicy").getFirst().get("spec");

    for (JsonNode pod :
        List.of(manifests.the("Pod"), manifests.deployment("synthetic").at("/spec/template"))) {
      assertThat(pod.at("/spec/volumes").findValuesAsText("name"))
          .doesNotContain("app-0", "snapshot-key");
    }
    assertThat(policy.get("egress").findValuesAsText("port"))
        .containsExactly("53", "53", "5353", "5353", "9092");
    assertThat(policy.at("/podSelector/matchExpressions/0/values").toString())
        .isEqualTo("[\"synthetic\",\"synthetic-check\"]");
  }

  @Test
  void itsUserMayDoWhatItDoesAndNoMore() throws Exception {
    Manifests manifests = ValuesMatrix.rendered("synthetic calls with all");
    List<String> given = new ArrayList<>();
    for (JsonNode acl : named(manifests, "KafkaUser").getFirst().at("/spec/authorization/acls")) {
      for (JsonNode operation : acl.get("operations")) {
        given.add(acl.at("/resource/name").asText() + " " + operation.asText());
      }
    }

    assertThat(given)
        .containsExactlyInAnyOrderElementsOf(
            AccessRight.ofSynthetic(loaded(manifests)).stream()
                .map(right -> right.name() + " " + right.operation())
                .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "synthetic: {enabled: true} | synthetic.callee is empty",
        "settings: {synthetic: {callee: a}} | use synthetic.callee",
        "synthetic: {callee: a, env: [{name: RINGPOST_SYNTHETIC_EVERY, value: 5s}]} |"
            + " use settings.synthetic",
        "synthetic: {callee: a, resources: {limits: {memory: 128Mi}}} |"
            + " synthetic.resources.limits.memory is 128Mi",
        "{synthetic: {callee: a}, strimzi: {enabled: true, cluster: c}} | synthetic.kafkaSecret is"
            + " empty; the workers' user may not write invites",
      })
  void whatWouldNotWorkIsRefused(String values, String words) {
    assertThatThrownBy(() -> Chart.text(values)).hasMessageContaining(words);
  }

  private static List<JsonNode> named(Manifests manifests, String kind) {
    return manifests.of(kind).stream()
        .filter(object -> object.at("/metadata/name").asText().equals(NAME))
        .toList();
  }

  private RingpostConfig loaded(Manifests manifests) throws Exception {
    Path file = Files.writeString(folder.resolve("synthetic.yaml"), manifests.file("synthetic"));
    return ConfigLoader.loadWithoutApple(file, Map.of());
  }
}
