package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.health.HealthSettings;
import dev.ringpost.tools.check.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pods that look for deaf phones: what they read, have and may reach. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ChartHealthTest {

  private static final String NAME = "ringpost-health";

  @TempDir Path folder;

  @Test
  void thereAreNoneUnlessAskedFor() {
    Manifests manifests = Chart.with("health: {replicas: 3}");

    assertThat(manifests.all())
        .noneMatch(object -> object.at("/metadata/name").asText().contains("health"))
        .hasSameSizeAs(Chart.with("").all());
    assertThat(manifests.configuration()).doesNotContain("device-health");
  }

  @ParameterizedTest
  @ValueSource(strings = {"health", "health with all"})
  void itAcceptsItsFileAndOpensWhatThePodSays(String about) throws Exception {
    Manifests manifests = ValuesMatrix.rendered(about);
    JsonNode container = container(manifests);

    RingpostConfig config = loaded(manifests);

    assertThat(container.get("args").valueStream().map(JsonNode::asText))
        .containsExactly("health", "--config", "/etc/ringpost/health.yaml");
    assertThat(container.get("image")).isEqualTo(manifests.worker().get("image"));
    assertThat(config.admin().host()).isEqualTo("0.0.0.0");
    assertThat(container.get("ports")).hasSize(1);
    assertThat(container.at("/ports/0/name").asText()).isEqualTo("admin");
    assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(config.admin().port());
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode get = container.at("/" + probe + "/httpGet");
      assertThat(get.get("port").asText()).isEqualTo("admin");
      assertThat(get.get("path").asText())
          .isEqualTo(probe.equals("readinessProbe") ? "/readyz" : "/livez");
    }
    assertThat(of(manifests, "Service")).isEmpty();
  }

  @Test
  void itsSettingsAreThoseOfTheWorkers() throws Exception {
    HealthSettings settings =
        new RoomSettings(loaded(ValuesMatrix.rendered("health with all"))).health();

    assertThat(settings.topics())
        .isEqualTo(new HealthSettings.Topics("acme.results", "call-signals", "acme.health"));
    assertThat(settings.group()).isEqualTo("acme.health");
    assertThat(settings.callee()).isEqualTo(CalleeAs.DIGEST);
    assertThat(settings.deafCalls()).isEqualTo(7);
    assertThat(settings.longestRing()).isEqualTo(Duration.ofMinutes(2));
  }

  /** Else what is found would stay in the topic, and no result would say it. */
  @ParameterizedTest
  @CsvSource({"health, voip-device-health", "health with all, acme.health"})
  void workersReadTheTopicThatItWrites(String about, String topic) throws Exception {
    Manifests manifests = ValuesMatrix.rendered(about);

    assertThat(loaded(manifests).topics().deviceHealth()).contains(topic);
    assertThat(manifests.configuration()).contains("device-health: " + topic + "\n");
  }

  @Test
  void aChangeOfWhatWorkersDoDoesNotReplaceIt() {
    String least = Chart.with("health: {enabled: true}").file("health");

    assertThat(
            Chart.with(
                    "{health: {enabled: true}, settings: {retry: {ladder: [1s]}, gateway:"
                        + " {max-wait: 5s}, intake: {max-in-flight: 9}}}")
                .file("health"))
        .isEqualTo(least);
  }

  @Test
  void nothingOfApplesAndNothingOfTheWorkersIsInItsPods() {
    Manifests manifests =
        Chart.with(
            """
            snapshot: {secret: ringpost-snapshot}
            kafka: {secret: of-workers}
            env: [{name: APPLE, value: x}]
            extraVolumes: [{name: apple, emptyDir: {}}]
            extraVolumeMounts: [{name: apple, mountPath: /apple}]
            initContainers: [{name: apple, image: apple}]
            podAnnotations: {vault.hashicorp.com/agent-inject: apple}
            serviceAccount: {automountToken: true}
            health: {enabled: true, kafkaSecret: of-health}
            """);

    JsonNode template = manifests.deployment("health").at("/spec/template");
    assertThat(template.at("/spec/volumes").valueStream())
        .extracting(volume -> volume.get("name").asText())
        .containsExactly("configuration", "tmp", "kafka");
    assertThat(template.toString())
        .contains("of-health")
        .doesNotContainIgnoringCase("apple", "apns", "app-0", "snapshot", "of-workers");
    assertThat(manifests.file("health")).doesNotContain("apps:", "AuthKey", "snapshot");
    assertThat(template.at("/spec/automountServiceAccountToken").asBoolean(true)).isFalse();
  }

  /** The next one stands by before the last one goes. */
  @Test
  void itIsReplacedAloneAndHasTimeToLeave() {
    Manifests manifests = ValuesMatrix.rendered("health with all");
    JsonNode spec = manifests.deployment("health").get("spec");

    assertThat(spec.get("replicas").asInt()).isEqualTo(3);
    assertThat(spec.at("/strategy/rollingUpdate").toString())
        .isEqualTo("{\"maxSurge\":1,\"maxUnavailable\":0}");
    assertThat(of(manifests, "PodDisruptionBudget").getFirst().at("/spec/maxUnavailable").asInt())
        .isEqualTo(1);
    assertThat(spec.at("/template/spec/terminationGracePeriodSeconds").asInt()).isEqualTo(30);
  }

  @Test
  void itsNetworkPolicyLetsScrapersInAndOnlyToKafkaOut() {
    JsonNode policy = policy(ValuesMatrix.rendered("health"));

    assertThat(policy.get("ingress").findValuesAsText("port")).containsExactly("admin");
    assertThat(policy.get("egress").findValuesAsText("port"))
        .containsExactly("53", "53", "5353", "5353", "9092");
  }

  @Test
  void besideAGatewayEachHasItsOwnPolicyAndTheWorkersIsOfNeither() {
    Manifests manifests = ValuesMatrix.rendered("health and a gateway");

    assertThat(policy(manifests).at("/podSelector/matchExpressions/0/values").toString())
        .isEqualTo("[\"health\",\"health-check\"]");
    assertThat(manifests.of("NetworkPolicy"))
        .filteredOn(it -> it.at("/metadata/name").asText().equals("ringpost"))
        .singleElement()
        .satisfies(
            ofWorkers ->
                assertThat(ofWorkers.at("/spec/podSelector/matchExpressions/0").toString())
                    .contains(
                        "NotIn", "[\"gateway\",\"gateway-check\",\"health\",\"health-check\"]"));
    assertThat(Chart.notes("{health: {enabled: true}, check: {enabled: true}}"))
        .contains("component in (check,health-check)");
  }

  @Test
  void itIsScrapedAsWorkersAre() {
    Manifests pods = ValuesMatrix.rendered("health with all");
    Manifests service = ValuesMatrix.rendered("health with a service monitor");

    assertThat(pods.of("PodMonitor")).hasSize(2);
    assertThat(of(pods, "PodMonitor").getFirst().at("/spec/podMetricsEndpoints"))
        .isEqualTo(pods.of("PodMonitor").getFirst().at("/spec/podMetricsEndpoints"));
    assertThat(service.of("ServiceMonitor")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "health: {enabled: true, replicas: 0} | health.replicas is 0",
        "health: {enabled: true, resources: {limits: {memory: 384Mi}}} |"
            + " health.resources.limits.memory is 384Mi",
        "health: {enabled: true, resources: {limits: null}} | memory is not set",
        "health: {enabled: true, env: [{name: RINGPOST_HEALTH_GROUP, value: a}]} |"
            + " use settings.health",
        "health: {enabled: true, env: [{name: RINGPOST_TOPICS_RESULTS, value: a}]} |"
            + " RINGPOST_TOPICS_RESULTS",
        "health: {enabled: true, env: [{name: RINGPOST_KAFKA_BOOTSTRAP_SERVERS, value: a}]} |"
            + " RINGPOST_KAFKA_BOOTSTRAP_SERVERS",
        "{health: {enabled: true}, env: [{name: RINGPOST_TOPICS_DEVICE_HEALTH, value: a}]} |"
            + " use settings.topics.device-health",
        "{health: {enabled: true}, settings: {topics: {device-health: ''}}} |"
            + " settings.topics.device-health is empty",
        "{health: {enabled: true}, strimzi: {enabled: true, cluster: c}} | health.kafkaSecret is"
            + " empty; the workers' user may not write voip-device-health, so name the Secret that"
            + " Strimzi makes for it, ringpost-health",
        "health: {enabled: true, service: {}} | service",
      })
  void whatWouldNotWorkIsRefused(String values, String words) {
    assertThatThrownBy(() -> Chart.text(values)).hasMessageContaining(words);
  }

  /** The same user, files, Kafka and network, and nothing of the workers. */
  @Test
  void itsCheckIsAJobThatHasWhatItHas() {
    Manifests manifests = ValuesMatrix.rendered("health with all");
    JsonNode pod = manifests.deployment("health").at("/spec/template/spec");
    JsonNode job =
        manifests.of("Job").stream()
            .filter(it -> it.at("/metadata/name").asText().startsWith(NAME + "-check"))
            .findFirst()
            .orElseThrow();
    JsonNode check = job.at("/spec/template/spec");

    assertThat(manifests.of("Job")).hasSize(2);
    assertThat(check.at("/containers/0/args").toString())
        .isEqualTo("[\"check\",\"--health\",\"--config\",\"/etc/ringpost/health.yaml\"]");
    assertThat(check.get("volumes")).isEqualTo(pod.get("volumes"));
    assertThat(check.at("/containers/0/volumeMounts"))
        .isEqualTo(pod.at("/containers/0/volumeMounts"));
    assertThat(check.get("restartPolicy").asText()).isEqualTo("Never");
    assertThat(job.at("/spec/activeDeadlineSeconds").asLong())
        .isGreaterThan(Check.LIMIT.toSeconds() + 10);
    assertThat(job.at("/spec/template/metadata/annotations").toString()).isEqualTo("{\"a\":\"b\"}");
    assertThat(ValuesMatrix.rendered("health").of("Job")).isEmpty();
  }

  private static JsonNode container(Manifests manifests) {
    return manifests.deployment("health").at("/spec/template/spec/containers/0");
  }

  private static List<JsonNode> of(Manifests manifests, String kind) {
    return manifests.of(kind).stream()
        .filter(object -> object.at("/metadata/name").asText().equals(NAME))
        .toList();
  }

  private static JsonNode policy(Manifests manifests) {
    return of(manifests, "NetworkPolicy").getFirst().get("spec");
  }

  private RingpostConfig loaded(Manifests manifests) throws Exception {
    Path file = Files.writeString(folder.resolve("health.yaml"), manifests.file("health"));
    return ConfigLoader.loadWithoutApple(file, Map.of());
  }
}
