package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.PrometheusNames;
import dev.ringpost.tools.Doctor;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pods of the chart are allowed, asked and given. */
class ChartPodTest {

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
      assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
      assertThat(pod.path("hostNetwork").isMissingNode()).isTrue();
      for (JsonNode container : pod.get("containers")) {
        JsonNode security = container.get("securityContext");
        assertThat(security.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.get("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
        assertThat(container.at("/resources/limits/memory").isMissingNode()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void everyMountHasItsVolumeAndOnlyTmpCanBeWritten(String values) {
    for (JsonNode pod : pods(Chart.with(values))) {
      List<String> volumes = pod.get("volumes").findValuesAsText("name");
      for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
        assertThat(volumes).contains(mount.get("name").asText());
        assertThat(mount.path("subPath").isMissingNode())
            .as("a file mounted alone is never renewed")
            .isTrue();
        if (!mount.get("mountPath").asText().equals("/tmp")) {
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
        .isGreaterThan(Doctor.LIMIT.toSeconds() + 10);
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

  @ParameterizedTest
  @MethodSource("matrix")
  void everySelectorFindsTheWorkers(String values) {
    Manifests manifests = Chart.with(values);
    JsonNode labels = manifests.the("Deployment").at("/spec/template/metadata/labels");
    for (JsonNode object : manifests.all()) {
      JsonNode selector = object.at("/spec/selector");
      JsonNode wanted = selector.path("matchLabels");
      if (object.get("kind").asText().equals("Service")) {
        wanted = selector;
      } else if (object.get("kind").asText().equals("NetworkPolicy")) {
        wanted = object.at("/spec/podSelector/matchLabels");
      }
      JsonNode found =
          object.get("kind").asText().equals("ServiceMonitor")
              ? manifests.the("Service").at("/metadata/labels")
              : labels;
      wanted
          .properties()
          .forEach(
              label ->
                  assertThat(found.path(label.getKey()))
                      .as(object.get("kind") + " selects by " + label.getKey())
                      .isEqualTo(label.getValue()));
    }
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
    assertThat(egress.findValuesAsText("port")).containsExactly("53", "53", "9092", "443", "2197");
    assertThat(egress.get(2).get("to")).isNotEmpty();
    JsonNode narrow = ValuesMatrix.rendered("network").the("NetworkPolicy").at("/spec/egress");
    assertThat(narrow).allSatisfy(rule -> assertThat(rule.get("to")).isNotEmpty());
    assertThat(narrow.get(1).findValuesAsText("port")).containsExactly("9092", "9094");
  }

  @Test
  void scalersGoDownSlowlyAndNeverToZero() {
    JsonNode keda = ValuesMatrix.rendered("keda").the("ScaledObject").get("spec");
    JsonNode hpa = ValuesMatrix.rendered("hpa").the("HorizontalPodAutoscaler");

    assertThat(keda.get("minReplicaCount").asInt()).isEqualTo(2);
    assertThat(keda.has("idleReplicaCount")).isFalse();
    assertThat(PrometheusNames.series())
        .anyMatch(keda.at("/triggers/0/metadata/query").asText()::contains);
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

  private static List<JsonNode> pods(Manifests manifests) {
    Set<String> kinds = Set.of("Deployment", "Job");
    return manifests.all().stream()
        .filter(object -> kinds.contains(object.get("kind").asText()))
        .map(object -> object.at("/spec/template/spec"))
        .toList();
  }
}
