package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.gateway.GatewaySettings;
import dev.ringpost.tools.check.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's pods: what they read, have, open and may reach. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ChartGatewayTest {

  private static final String LEAST = "gateway: {enabled: true, tokensSecret: t}\n";

  /** From the port's closing to the end of Kafka's clients and webhooks, with some to spare. */
  private static final long AFTER_THE_ANSWERS = 10;

  @TempDir Path root;

  @Test
  void thereIsNoneUnlessAskedFor() {
    assertThat(Chart.with("gateway: {tokensSecret: t}").all())
        .noneMatch(object -> object.at("/metadata/name").asText().contains("gateway"))
        .hasSameSizeAs(Chart.with("").all());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a gateway", "a gateway with all"})
  void theGatewayAcceptsItsFileAndOpensWhatThePodSays(String about) throws Exception {
    Manifests manifests = ValuesMatrix.rendered(about);
    JsonNode container = container(manifests);

    GatewaySettings settings = loaded(manifests);

    assertThat(container.get("image")).isEqualTo(manifests.worker().get("image"));
    assertThat(settings.host()).isEqualTo("0.0.0.0");
    assertThat(settings.port()).isEqualTo(container.at("/ports/0/containerPort").asInt());
    JsonNode service = gateways(manifests, "Service").getFirst().get("spec");
    assertThat(service.get("type").asText()).isEqualTo("ClusterIP");
    assertThat(service.at("/ports/0/port").asInt()).isEqualTo(8090);
    assertThat(service.at("/ports/0/targetPort")).isEqualTo(container.at("/ports/0/name"));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode get = container.at("/" + probe + "/httpGet");
      assertThat(get.get("port").asText()).isEqualTo("admin");
      assertThat(get.get("path").asText())
          .isEqualTo(probe.equals("readinessProbe") ? "/readyz" : "/livez");
    }
  }

  @Test
  void everyFileThatTheConfigurationNamesIsMounted() throws Exception {
    assertThat(loaded(ValuesMatrix.rendered("a gateway")).bearerFile())
        .hasValueSatisfying(this::is);
    GatewaySettings settings = loaded(ValuesMatrix.rendered("a gateway with all"));

    GatewaySettings.Tls tls = settings.tls().orElseThrow();
    is(tls.keyStore());
    is(tls.passwordFile());
    assertThat(tls.clientAuthorities()).hasValueSatisfying(this::is);
    is(settings.webhook().orElseThrow().secretFile());
  }

  private void is(Path file) {
    assertThat(root.resolve(file.toString().substring(1))).exists();
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
            gateway: {enabled: true, tokensSecret: tokens, kafkaSecret: of-gateways}
            """);

    JsonNode template = manifests.deployment("gateway").at("/spec/template");
    assertThat(template.at("/spec/volumes").valueStream())
        .extracting(volume -> volume.get("name").asText())
        .containsExactly("configuration", "tmp", "kafka", "gateway-tokens");
    assertThat(template.toString())
        .contains("of-gateways")
        .doesNotContainIgnoringCase("apple", "apns", "app-0", "snapshot", "of-workers");
    assertThat(manifests.file("gateway")).doesNotContain("apps:", "AuthKey", "snapshot");
    assertThat(template.at("/spec/automountServiceAccountToken").asBoolean(true)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"10s, 3s", "12s, 6s", "1500ms, 100ms", "100ms, 17899ms"})
  void thePodLivesUntilTheLastClientHasItsAnswer(String wait, String store) throws Exception {
    Manifests manifests =
        Chart.with(
            LEAST + "settings: {gateway: {max-wait: %s, store-within: %s}}".formatted(wait, store));

    GatewaySettings settings = loaded(manifests);
    JsonNode pod = manifests.deployment("gateway").at("/spec/template/spec");
    long left =
        pod.get("terminationGracePeriodSeconds").asLong()
            - pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asLong(-1);
    assertThat(pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asLong()).isPositive();
    assertThat(left * 1000)
        .isGreaterThanOrEqualTo(
            settings.maxWait().plus(settings.storeWithin()).toMillis() + AFTER_THE_ANSWERS * 1000);
  }

  @Test
  void aGatewayIsReplacedAlone() {
    Manifests manifests = ValuesMatrix.rendered("a gateway with all");
    JsonNode deployment = manifests.deployment("gateway").get("spec");

    assertThat(deployment.get("replicas").asInt()).isEqualTo(3);
    assertThat(deployment.at("/strategy/rollingUpdate").toString())
        .isEqualTo("{\"maxSurge\":1,\"maxUnavailable\":0}");
    assertThat(
            gateways(manifests, "PodDisruptionBudget")
                .getFirst()
                .at("/spec/maxUnavailable")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void itsNetworkPolicyLetsClientsAndScrapersInAndOnlyToKafkaAndTheWebhookOut() {
    JsonNode least = policy(ValuesMatrix.rendered("a gateway"));
    JsonNode all = policy(ValuesMatrix.rendered("a gateway with all"));

    assertThat(least.get("ingress").findValuesAsText("port")).containsExactly("http", "admin");
    assertThat(least.get("egress").findValuesAsText("port"))
        .containsExactly("53", "53", "5353", "5353", "9092");
    assertThat(all.get("egress").findValuesAsText("port"))
        .containsExactly("53", "53", "5353", "5353", "9093", "8443");
    assertThat(all.at("/ingress/0/from/0/podSelector/matchLabels/app").asText()).isEqualTo("sip");
    assertThat(webhookPort("http://calls/x")).isEqualTo("80");
    assertThat(webhookPort("https://calls/x:1")).isEqualTo("443");
  }

  private static String webhookPort(String url) {
    String values =
        "gateway: {enabled: true, tokensSecret: t, webhook: {secret: s, url: '" + url + "'}}";
    return policy(Chart.with(values)).get("egress").findValuesAsText("port").getLast();
  }

  @Test
  void itIsScrapedAsWorkersAreAndScalersOfWorkersDoNotCountIt() {
    Manifests pods = ValuesMatrix.rendered("a gateway with all");
    Manifests service = ValuesMatrix.rendered("a gateway with a service monitor");

    for (JsonNode monitor : pods.of("PodMonitor")) {
      assertThat(monitor.at("/spec/podMetricsEndpoints"))
          .isEqualTo(pods.of("PodMonitor").getFirst().at("/spec/podMetricsEndpoints"));
    }
    assertThat(pods.of("PodMonitor")).hasSize(2);
    assertThat(service.of("ServiceMonitor")).hasSize(2);
    String query = pods.the("ScaledObject").at("/spec/triggers/0/metadata/query").asText();
    Matcher pod = Pattern.compile("pod=~\"([^\"]+)\"").matcher(query);
    assertThat(pod.find()).isTrue();
    assertThat("ringpost-5d9f7c8b64-x2x4z").matches(pod.group(1));
    assertThat("ringpost-gateway-5d9f7c8b64-x2x4z").doesNotMatch(pod.group(1));
    assertThat(pods.the("ScaledObject").at("/spec/scaleTargetRef/name"))
        .isEqualTo(pods.deployment("worker").at("/metadata/name"));
  }

  @Test
  void strimzisUserMayWriteWhatIsPostedAndReadResultsAndNothingElse() {
    JsonNode acls =
        gateways(ValuesMatrix.rendered("a gateway with all"), "KafkaUser")
            .getFirst()
            .at("/spec/authorization/acls");

    assertThat(acls.valueStream())
        .extracting(
            acl -> acl.at("/resource/name").asText() + " " + acl.at("/operations/0").asText())
        .containsExactly(
            "call-invites Write",
            "call-signals Write",
            "voip-tokens Write",
            "call-push-results Read",
            "ringpost.webhook Read");
    assertThat(acls).allMatch(acl -> acl.get("operations").size() == 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gateway: {enabled: true} | name gateway.tokensSecret",
        "gateway: {enabled: true, tls: {secret: s}} | name gateway.tokensSecret",
        "gateway: {enabled: true, tls: {clientAuthorities: ca}} | name gateway.tokensSecret",
        "gateway: {enabled: true, tokensSecret: t, tls: {clientAuthorities: ca}} | is a key of",
        "gateway: {enabled: true, tokensSecret: t, webhook: {url: 'http://a'}} | webhook.secret is"
            + " empty",
        "gateway: {enabled: true, tokensSecret: t, webhook: {secret: s}} | webhook.url is empty",
        "gateway: {enabled: true, tokensSecret: t, webhook: {url: a, secret: s}} | gateway",
        "gateway: {enabled: true, tokensSecret: t, replicas: 1} | gateway.replicas is 1",
        "gateway: {enabled: true, tokensSecret: t, resources: {limits: {memory: 384Mi}}} |"
            + " gateway.resources.limits.memory is 384Mi",
        "gateway: {enabled: true, tokensSecret: t, env: [{name: RINGPOST_GATEWAY_HOST, value: a}]}"
            + " | RINGPOST_GATEWAY_HOST",
        "{gateway: {enabled: true, tokensSecret: t}, settings: {gateway: {host: a}}} |"
            + " settings.gateway.host is written",
        "{gateway: {enabled: true, tokensSecret: t}, settings: {gateway: {port: 1}}} |"
            + " settings.gateway.port is written",
        "{gateway: {enabled: true, tokensSecret: t}, settings: {gateway: {bearer-tokens-file: a}}}"
            + " | tokens-file is written",
        "{gateway: {enabled: true, tokensSecret: t}, settings: {gateway: {webhook: {url:"
            + " 'http://a', secret-file: b}}}} | is written",
        "{gateway: {enabled: true, tokensSecret: t, tls: {secret: s}}, settings: {gateway: {tls:"
            + " {key-store-file: a, password-file: b}}}} | gateway.tls is written",
        "{gateway: {enabled: true, tokensSecret: t}, strimzi: {enabled: true, cluster: c}} |"
            + " gateway.kafkaSecret is empty",
      })
  void whatWouldNotStartOrWouldBeOpenToAllIsRefused(String values, String words) {
    assertThatThrownBy(() -> Chart.text(values)).hasMessageContaining(words);
  }

  /** The same user, files, Kafka and network, and nothing of the workers. */
  @Test
  void itsCheckIsAJobThatHasWhatAGatewayHas() {
    Manifests manifests = ValuesMatrix.rendered("a gateway that is checked");
    JsonNode gateway = manifests.deployment("gateway").at("/spec/template/spec");
    List<JsonNode> jobs = manifests.of("Job");
    JsonNode job = jobs.getLast();
    JsonNode pod = job.at("/spec/template/spec");

    assertThat(jobs)
        .extracting(it -> it.at("/spec/template/spec/containers/0/args").toString())
        .containsExactlyInAnyOrder(
            "[\"check\",\"--config\",\"/etc/ringpost/ringpost.yaml\"]",
            "[\"check\",\"--gateway\",\"--config\",\"/etc/ringpost/gateway.yaml\"]");
    assertThat(pod.at("/containers/0/args/1").asText()).isEqualTo("--gateway");
    assertThat(pod.get("volumes")).isEqualTo(gateway.get("volumes"));
    assertThat(pod.at("/containers/0/volumeMounts"))
        .isEqualTo(gateway.at("/containers/0/volumeMounts"));
    assertThat(pod.get("restartPolicy").asText()).isEqualTo("Never");
    assertThat(job.at("/spec/activeDeadlineSeconds").asLong())
        .isGreaterThan(Check.LIMIT.toSeconds() + 10);
    assertThat(job.at("/spec/template/metadata/annotations").toString()).isEqualTo("{\"a\":\"b\"}");
    JsonNode component =
        job.at("/spec/template/metadata/labels").get("app.kubernetes.io/component");
    assertThat(policy(manifests).at("/podSelector/matchExpressions/0/values").toString())
        .contains(component.toString());
    assertThat(manifests.of("NetworkPolicy"))
        .filteredOn(it -> it.at("/metadata/name").asText().equals("ringpost"))
        .singleElement()
        .satisfies(
            ofWorkers ->
                assertThat(ofWorkers.at("/spec/podSelector/matchExpressions/0").toString())
                    .contains("NotIn", component.toString()));
    assertThat(gateways(manifests, "Service").getFirst().at("/spec/selector").toString())
        .as("clients never reach it")
        .doesNotContain(component.toString());
  }

  @Test
  void thereIsNoCheckOfAGatewayThatIsNotThereOrUnlessAskedFor() {
    assertThat(ValuesMatrix.rendered("the check").of("Job")).hasSize(1);
    assertThat(ValuesMatrix.rendered("a gateway").of("Job")).isEmpty();
  }

  @Test
  void clientCertificatesAloneAreEnough() {
    assertThatNoException()
        .isThrownBy(
            () ->
                Chart.text(
                    "gateway: {enabled: true, tls: {secret: s, clientAuthorities: ca.crt}}"));
  }

  private static JsonNode container(Manifests manifests) {
    return manifests.deployment("gateway").at("/spec/template/spec/containers/0");
  }

  private static List<JsonNode> gateways(Manifests manifests, String kind) {
    return manifests.of(kind).stream()
        .filter(object -> object.at("/metadata/name").asText().equals("ringpost-gateway"))
        .toList();
  }

  private static JsonNode policy(Manifests manifests) {
    return gateways(manifests, "NetworkPolicy").getFirst().get("spec");
  }

  /** The pod's files are laid out below a folder; the gateway's own loader reads them. */
  private GatewaySettings loaded(Manifests manifests) throws Exception {
    JsonNode pod = manifests.deployment("gateway").at("/spec/template/spec");
    JsonNode container = container(manifests);
    for (JsonNode mount : container.get("volumeMounts")) {
      Path folder = Files.createDirectories(below(mount.get("mountPath").asText()));
      for (JsonNode volume : pod.get("volumes")) {
        if (volume.get("name").equals(mount.get("name"))) {
          for (JsonNode item : volume.at("/secret/items")) {
            Files.writeString(folder.resolve(item.get("path").asText()), "0".repeat(32));
          }
        }
      }
    }
    assertThat(container.get("args").valueStream().map(JsonNode::asText))
        .startsWith("gateway", "--config");
    Path file = below(container.at("/args/2").asText());
    Files.writeString(file, manifests.file("gateway"));
    return new RoomSettings(ConfigLoader.loadWithoutApple(file, Map.of())).gateway();
  }

  private Path below(String absolute) {
    return root.resolve(absolute.substring(1));
  }
}
