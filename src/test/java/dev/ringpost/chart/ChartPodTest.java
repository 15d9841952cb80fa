package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.PrometheusNames;
import dev.ringpost.tools.check.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pods of the chart: what they are allowed, asked and given. */
class ChartPodTest {

  private static final Set<String> WRITABLE = Set.of("/tmp", "/var/lib/ringpost");

  static Stream<String> matrix() {
    return ValuesMatrix.all().values().stream();
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void everyPodMeetsTheRestrictedStandard(String values) {
    for (JsonNode pod : pods(Chart.with(values))) {
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.at("/automountServiceAccountToken").asBoolean(true))
          .isEqualTo(values.contains("automountToken: true"));
      assertThat(pod.path("hostNetwork").isMissingNode()).isTrue();
      for (JsonNode container : containers(pod)) {
        JsonNode security = container.get("securityContext");
        assertThat(security.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.get("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
        assertThat(container.at("/resources/limits/memory").isMissingNode()).isFalse();
      }
    }
  }

  private static List<JsonNode> containers(JsonNode pod) {
    return Stream.concat(
            pod.path("initContainers").valueStream(), pod.path("containers").valueStream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void everyMountHasItsVolumeAndOnlyTmpAndSnapshotsCanBeWritten(String values) {
    for (JsonNode pod : pods(Chart.with(values))) {
      List<String> volumes = pod.get("volumes").findValuesAsText("name");
      for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
        assertThat(volumes).contains(mount.get("name").asText());
        assertThat(mount.path("subPath").isMissingNode())
            .as("a file mounted alone is never renewed")
            .isTrue();
        if (!WRITABLE.contains(mount.get("mountPath").asText())) {
          assertThat(mount.get("readOnly").asBoolean()).isTrue();
        }
      }
    }
  }

  /** With a few seconds for the container to start. */
  @Test
  void theCheckEndsBeforeItsJobIsKilled() {
    JsonNode job = ValuesMatrix.rendered("the check").of("Job").getFirst();

    assertThat(job.at("/spec/activeDeadlineSeconds").asLong())
        .isGreaterThan(Check.LIMIT.toSeconds() + 10);
    assertThat(job.at("/spec/template/spec/containers/0/args/0").asText()).isEqualTo("check");
  }

  @Test
  void secretsAreMountedByReferenceAndOnlyTheFilesThatAreNeeded() {
    Manifests manifests = ValuesMatrix.rendered("two apps");
    JsonNode key = secret(manifests, "app-0");
    JsonNode certificate = secret(manifests, "app-1");

    assertThat(manifests.of("Secret")).isEmpty();
    assertThat(key.get("secretName").asText()).isEqualTo("team-key");
    assertThat(key.get("items").findValuesAsText("path")).containsExactly("AuthKey_ABC123DEFG.p8");
    assertThat(certificate.get("items").findValuesAsText("path"))
        .containsExactly("desk.p12", "desk.passphrase");
    assertThat(List.of(key, certificate))
        .allMatch(secret -> secret.get("defaultMode").asInt() == 0440, "not readable for others");
  }

  @Test
  void aFolderOfAnotherDriverIsUsedAsItIs() {
    Manifests manifests = ValuesMatrix.rendered("credentials of a CSI driver");

    assertThat(manifests.the("Deployment").at("/spec/template/spec/volumes").toString())
        .doesNotContain("app-0", "app-1");
    assertThat(manifests.configuration())
        .contains("key-id-file: /run/secrets/csi/key-id", "file: /run/secrets/csi/desk.p12")
        .doesNotContain("key-id: ");
  }

  @Test
  void aKeyFileBesideItsCertificateIsMountedToo() {
    Manifests manifests =
        Chart.with(
            """
            apps:
              - bundleIds: [com.example.desk]
                certificate: {secret: desk, file: tls.crt, keyFile: tls.key}
            """);

    assertThat(secret(manifests, "app-0").get("items").findValuesAsText("path"))
        .containsExactly("tls.crt", "tls.key");
    assertThat(manifests.configuration()).contains("key-file: /run/secrets/ringpost/app-0/tls.key");
  }

  @Test
  void aSidecarRunsBesideTheWorkerAndNeverKeepsTheCheckFromItsEnd() {
    Manifests manifests = ValuesMatrix.rendered("containers beside the worker");
    JsonNode worker = manifests.the("Deployment").at("/spec/template/spec");
    JsonNode check = manifests.the("Job").at("/spec/template");

    assertThat(worker.get("containers").findValuesAsText("name"))
        .containsSubsequence("ringpost", "beside");
    assertThat(check.at("/spec/containers")).hasSize(1);
    assertThat(check.at("/metadata/annotations").size()).isEqualTo(1);
    for (JsonNode pod : pods(manifests)) {
      assertThat(pod.at("/initContainers/0/restartPolicy").asText()).isEqualTo("Always");
      assertThat(pod.at("/containers/0/envFrom")).hasSize(2);
    }
  }

  @Test
  void theReadmesFurtherJarsAreCopiedToTheFolderThatTheWorkerIsToldOf() throws IOException {
    String readme = Files.readString(Chart.FOLDER.resolve("README.md"));
    int example = readme.indexOf("env: [{name: RINGPOST_EXTRA_JARS");
    String values = readme.substring(example, readme.indexOf("```", example));

    List<JsonNode> pods = pods(Chart.with(values + "check: {enabled: true}\n"));

    assertThat(pods).hasSize(2);
    for (JsonNode pod : pods) {
      JsonNode container = pod.at("/containers/0");
      JsonNode mount = named(container.get("volumeMounts"), "jars");
      JsonNode copying = named(pod.get("initContainers"), "jars");
      assertThat(named(container.get("env"), "RINGPOST_EXTRA_JARS").get("value"))
          .isEqualTo(mount.get("mountPath"));
      assertThat(mount.get("readOnly").asBoolean()).isTrue();
      assertThat(named(copying.get("volumeMounts"), "jars").get("mountPath"))
          .isEqualTo(copying.at("/command/3"));
      assertThat(named(pod.get("volumes"), "jars").has("emptyDir")).isTrue();
    }
  }

  private static JsonNode named(JsonNode list, String name) {
    return list.valueStream()
        .filter(one -> one.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name));
  }

  @Test
  void apnsNameIsAskedForBeforeTheSearchDomains() {
    int dots = "api.push.apple.com".replaceAll("[^.]", "").length();

    for (JsonNode pod : pods(ValuesMatrix.rendered("the check"))) {
      assertThat(pod.at("/dnsConfig/options/0/name").asText()).isEqualTo("ndots");
      assertThat(pod.at("/dnsConfig/options/0/value").asInt()).isLessThanOrEqualTo(dots);
      assertThat(pod.has("dnsPolicy")).isFalse();
    }
    JsonNode own = pods(ValuesMatrix.rendered("names")).getFirst();
    assertThat(own.get("dnsPolicy").asText()).isEqualTo("None");
    assertThat(own.at("/dnsConfig/nameservers/0").asText()).isEqualTo("10.0.0.10");
    assertThat(own.at("/hostAliases/0/ip").asText()).isEqualTo("10.1.2.3");
  }

  private static JsonNode secret(Manifests manifests, String volume) {
    for (JsonNode candidate : manifests.the("Deployment").at("/spec/template/spec/volumes")) {
      if (candidate.get("name").asText().equals(volume)) {
        return candidate.get("secret");
      }
    }
    throw new AssertionError("no volume " + volume);
  }

  @Test
  void probesAskTheRightPagesOfTheNamedPort() {
    JsonNode worker = Chart.with("").worker();

    assertThat(worker.at("/ports/0/name").asText()).isEqualTo("admin");
    assertThat(Chart.with("").configuration()).contains("port: 8080");
    assertThat(worker.at("/ports/0/containerPort").asInt()).isEqualTo(8080);
    assertThat(path(worker, "startupProbe")).isEqualTo("/livez");
    assertThat(path(worker, "livenessProbe")).isEqualTo("/livez");
    assertThat(path(worker, "readinessProbe")).isEqualTo("/readyz");
  }

  private static String path(JsonNode worker, String probe) {
    JsonNode get = worker.at("/" + probe + "/httpGet");
    assertThat(get.get("port").asText()).isEqualTo("admin");
    return get.get("path").asText();
  }

  @Test
  void aWorkerIsReplacedAlone() {
    JsonNode deployment = Chart.with("").the("Deployment");

    assertThat(deployment.at("/spec/strategy/rollingUpdate").toString())
        .isEqualTo("{\"maxSurge\":1,\"maxUnavailable\":0}");
    assertThat(Chart.with("").the("PodDisruptionBudget").at("/spec/maxUnavailable").asInt())
        .isEqualTo(1);
  }

  @Test
  void scrapersAskForTheNamedPort() {
    Manifests pods = ValuesMatrix.rendered("monitoring");
    Manifests service = ValuesMatrix.rendered("a service monitor");

    assertThat(pods.the("PodMonitor").at("/spec/podMetricsEndpoints/0/port").asText())
        .isEqualTo("admin");
    assertThat(service.the("ServiceMonitor").at("/spec/endpoints/0/port").asText())
        .isEqualTo(service.the("Service").at("/spec/ports/0/name").asText());
    assertThat(service.the("Service").at("/spec/ports/0/targetPort").asText()).isEqualTo("admin");
    assertThat(service.the("Service").at("/spec/clusterIP").asText()).isEqualTo("None");
  }

  @Test
  void theNetworkPolicyOpensDnsKafkaAndApnsAndNothingElse() {
    JsonNode egress = Chart.with("").the("NetworkPolicy").at("/spec/egress");

    assertThat(egress).hasSize(3);
    assertThat(egress.findValuesAsText("port"))
        .containsExactly("53", "53", "5353", "5353", "9092", "443", "2197");
    assertThat(egress.get(2).get("to")).isNotEmpty();
    JsonNode narrow = ValuesMatrix.rendered("network").the("NetworkPolicy").at("/spec/egress");
    assertThat(narrow).allSatisfy(rule -> assertThat(rule.get("to")).isNotEmpty());
    assertThat(narrow.get(1).findValuesAsText("port")).containsExactly("9092", "9094");
    JsonNode more = ValuesMatrix.rendered("names").the("NetworkPolicy").get("spec");
    assertThat(more.at("/egress/0").findValuesAsText("port")).containsExactly("53", "53");
    assertThat(more.at("/egress/3/ports/0/port").asInt()).isEqualTo(8200);
    assertThat(more.at("/ingress/1/from/0/podSelector/matchLabels/app").asText())
        .isEqualTo("debug");
  }

  @Test
  void scalersGoDownSlowlyAndNeverToZero() {
    JsonNode keda = ValuesMatrix.rendered("keda").the("ScaledObject").get("spec");
    JsonNode hpa = ValuesMatrix.rendered("hpa").the("HorizontalPodAutoscaler");

    assertThat(keda.get("minReplicaCount").asInt()).isEqualTo(2);
    assertThat(keda.has("idleReplicaCount")).isFalse();
    assertThat(PrometheusNames.series())
        .anyMatch(keda.at("/triggers/0/metadata/query").asText()::contains);
    assertThat(pods(keda, "ringpost-5d9f7c8b64-x2x4z", "ringpost-other-5d9f7c8b64-x2x4z"))
        .as("another release in the namespace has its own age")
        .containsExactly(true, false);
    assertThat(keda.at("/triggers/1/metadata/topic").asText()).isEqualTo("call-invites");
    assertThat(keda.at("/triggers/1/metadata/consumerGroup").asText()).isEqualTo("ringpost");
    assertThat(hpa.at("/spec/minReplicas").asInt()).isEqualTo(3);
    for (JsonNode behavior :
        List.of(
            keda.at("/advanced/horizontalPodAutoscalerConfig/behavior"),
            hpa.at("/spec/behavior"))) {
      assertThat(behavior.at("/scaleDown/stabilizationWindowSeconds").asInt()).isEqualTo(900);
      assertThat(behavior.at("/scaleDown/policies/0/value").asInt()).isEqualTo(1);
    }
    assertThat(ValuesMatrix.rendered("hpa").the("Deployment").at("/spec/replicas").isMissingNode())
        .as("an upgrade must not undo what the scaler did")
        .isTrue();
  }

  /** Kubernetes cuts the name before the five random characters at 58. */
  @Test
  void aLongNameLeavesNoDashBeforeAPodsLastCharacters() {
    String name = "a".repeat(53);
    JsonNode keda =
        Chart.with("fullnameOverride: %s%n".formatted(name) + ValuesMatrix.all().get("keda"))
            .the("ScaledObject")
            .get("spec");

    assertThat(pods(keda, name + "-5d9fx2x4z", name + "-5d9f7c8b64-x2x4z", name + "b-5d9fx2x4z"))
        .containsExactly(true, true, false);
  }

  /** Whether KEDA's question is about these pods. */
  private static List<Boolean> pods(JsonNode keda, String... names) {
    String query = keda.at("/triggers/0/metadata/query").asText();
    Matcher pod = Pattern.compile("pod=~\"([^\"]+)\"").matcher(query);
    assertThat(pod.find()).as(query).isTrue();
    return Stream.of(names).map(name -> name.matches(pod.group(1))).toList();
  }

  private static List<JsonNode> pods(Manifests manifests) {
    Set<String> kinds = Set.of("Deployment", "Job");
    return manifests.all().stream()
        .filter(object -> kinds.contains(object.get("kind").asText()))
        .map(object -> object.at("/spec/template/spec"))
        .toList();
  }
}
