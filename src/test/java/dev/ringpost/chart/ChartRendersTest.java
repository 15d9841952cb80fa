package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever values a user combines, Kubernetes takes what comes out. */
class ChartRendersTest {

  static Stream<String> matrix() {
    return ValuesMatrix.all().keySet().stream();
  }

  @Test
  void strictLintFindsNothing() {
    var lint = Chart.lint();
    assertThat(lint.isFailed()).as(String.join("\n", lint.getMessages())).isFalse();
    assertThat(lint.getMessages()).allMatch(message -> message.startsWith("[INFO]"));
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void everyObjectIsOneThatKubernetesKnows(String about) {
    Manifests manifests = rendered(about);

    assertThat(manifests.all()).isNotEmpty();
    assertThat(manifests.all())
        .allSatisfy(object -> assertThat(StrictKinds.wrong(object)).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void namesAreUniqueAndEveryObjectSaysWhoseItIs(String about) {
    List<String> names = new ArrayList<>();
    for (JsonNode object : rendered(about).all()) {
      names.add(object.get("kind").asText() + " " + object.at("/metadata/name").asText());
      assertThat(object.at("/metadata/namespace").asText()).isIn(Chart.NAME, "kafka");
      assertThat(object.at("/metadata/labels/app.kubernetes.io~1instance").asText())
          .isEqualTo(Chart.NAME);
      assertThat(object.at("/metadata/labels/app.kubernetes.io~1name").asText())
          .isIn(Chart.NAME, "calls");
    }
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void eachSwitchBringsItsObjects() {
    assertThat(kinds("the least"))
        .doesNotContain("Job", "PodMonitor", "KafkaTopic", "ScaledObject");
    assertThat(kinds("monitoring")).contains("PodMonitor", "PrometheusRule");
    assertThat(kinds("a service monitor")).contains("Service", "ServiceMonitor");
    assertThat(kinds("hpa")).contains("HorizontalPodAutoscaler");
    assertThat(kinds("keda")).contains("ScaledObject").doesNotContain("HorizontalPodAutoscaler");
    assertThat(kinds("strimzi")).contains("KafkaTopic", "KafkaUser");
    assertThat(kinds("the check")).contains("Job");
    assertThat(kinds("without extras"))
        .doesNotContain("ServiceAccount", "PodDisruptionBudget", "NetworkPolicy");
  }

  @Test
  void theNotesSayHowToLookAndToCheck() {
    String plain = Chart.notes("");
    String strimzi =
        Chart.notes("strimzi: {enabled: true, cluster: calls}\ncheck: {enabled: true}");

    assertThat(plain).contains("rollout status deployment/ringpost", "check.enabled", "/readyz");
    assertThat(plain).contains("Nothing scrapes the workers yet").doesNotContain("Strimzi");
    assertThat(strimzi)
        .contains("app.kubernetes.io/component=check", "Strimzi makes the Secret ringpost");
  }

  @Test
  void theChartIsOfTheProjectsVersion() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>ringpost</artifactId>\\s*<version>([0-9.]+)")
            .matcher(Files.readString(Path.of("pom.xml")));

    assertThat(version.find()).isTrue();
    assertThat(Files.readString(Chart.FOLDER.resolve("Chart.yaml")))
        .contains("appVersion: \"" + version.group(1) + "\"");
  }

  /** The judge itself: a field that Kubernetes does not know must not pass. */
  @Test
  void anUnknownFieldAnywhereIsRefused() {
    Manifests manifests = rendered("all together");
    ((ObjectNode) manifests.worker().get("readinessProbe").get("httpGet")).put("pfad", "/");
    ((ObjectNode) manifests.the("ScaledObject").at("/spec/fallback")).put("replikas", 2);

    Optional<String> deployment = StrictKinds.wrong(manifests.the("Deployment"));
    assertThat(deployment.orElse("")).contains("pfad");
    assertThat(StrictKinds.wrong(manifests.the("ScaledObject")).orElse("")).contains("replikas");
  }

  private static Set<String> kinds(String about) {
    return Set.copyOf(
        rendered(about).all().stream().map(object -> object.get("kind").asText()).toList());
  }

  private static Manifests rendered(String about) {
    return ValuesMatrix.rendered(about);
  }

  /** A Job cannot be changed, and a ConfigMap that old pods were made with must stay. */
  @Test
  void whatCannotBeChangedHasTheNameOfItsContent() {
    Manifests first = Chart.with("check: {enabled: true}");
    Manifests same = Chart.with("check: {enabled: true}");
    Manifests other = Chart.with("check: {enabled: true, resources: {requests: {cpu: 10m}}}");
    Manifests reconfigured = Chart.with("settings: {ring: {default: 40s}}");

    assertThat(name(same, "Job")).isEqualTo(name(first, "Job"));
    assertThat(name(other, "Job")).isNotEqualTo(name(first, "Job"));
    assertThat(name(reconfigured, "ConfigMap")).isNotEqualTo(name(first, "ConfigMap"));
    assertThat(first.the("ConfigMap").at("/metadata/annotations/helm.sh~1resource-policy").asText())
        .isEqualTo("keep");
  }

  @Test
  void annotationsReachWhatTheyAreFor() {
    Manifests manifests =
        Chart.with(
            """
            commonAnnotations: {team: calls}
            serviceAccount: {create: true, annotations: {eks.amazonaws.com/role-arn: ringpost}}
            """);

    assertThat(manifests.the("ServiceAccount").at("/metadata/annotations").toString())
        .isEqualTo("{\"eks.amazonaws.com/role-arn\":\"ringpost\",\"team\":\"calls\"}");
    assertThat(manifests.the("Deployment").at("/metadata/annotations/team").asText())
        .isEqualTo("calls");
  }

  @Test
  void asASubchartItHeedsTheGlobalValues() {
    Manifests manifests =
        Chart.with(
            """
            global: {imageRegistry: registry.example.com/, imagePullSecrets: [{name: of-all}]}
            imagePullSecrets: [{name: own}]
            """);

    assertThat(manifests.worker().get("image").asText())
        .startsWith("registry.example.com/ringpost");
    assertThat(
            manifests
                .the("Deployment")
                .at("/spec/template/spec/imagePullSecrets")
                .findValuesAsText("name"))
        .containsExactly("of-all", "own");
  }

  /** Too many workers cost money, too few cost calls. */
  @Test
  void whereKedaCanAskNobodyThereAreTheMostWorkers() {
    JsonNode scaled = rendered("keda").the("ScaledObject").get("spec");

    assertThat(scaled.at("/fallback/replicas")).isEqualTo(scaled.get("maxReplicaCount"));
    assertThat(scaled.get("maxReplicaCount").asInt())
        .isGreaterThan(scaled.get("minReplicaCount").asInt());
  }

  private static String name(Manifests manifests, String kind) {
    return manifests.the(kind).at("/metadata/name").asText();
  }
}
