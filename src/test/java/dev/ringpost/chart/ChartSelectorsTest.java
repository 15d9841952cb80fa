package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pods that each object of the chart is about: those of one component, never of two. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ChartSelectorsTest {

  private static final Set<String> SELECTING =
      Set.of(
          "Deployment",
          "Service",
          "PodDisruptionBudget",
          "NetworkPolicy",
          "PodMonitor",
          "ServiceMonitor");

  /** The pod of {@code helm test} is a hook, which is not among what is rendered. */
  static Stream<String> matrix() {
    return ValuesMatrix.all().keySet().stream()
        .filter(about -> !about.equals("a synthetic call by helm test"));
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void everySelectorFindsThePodsOfItsOwnComponent(String about) {
    Manifests manifests = ValuesMatrix.rendered(about);
    List<JsonNode> pods =
        manifests.of("Deployment").stream()
            .map(deployment -> deployment.at("/spec/template/metadata/labels"))
            .toList();
    for (JsonNode object : manifests.all()) {
      String kind = object.get("kind").asText();
      if (SELECTING.contains(kind)) {
        List<JsonNode> candidates =
            kind.equals("ServiceMonitor")
                ? manifests.of("Service").stream().map(it -> it.at("/metadata/labels")).toList()
                : pods;
        String own = component(object.at("/metadata/name").asText());
        List<String> found =
            candidates.stream()
                .filter(labels -> matches(selector(object), labels))
                .map(labels -> labels.path("app.kubernetes.io/component").asText())
                .toList();
        boolean beside = kind.equals("ServiceMonitor") && !own.equals("worker");
        assertThat(found)
            .as(kind + " of the " + own)
            .containsExactly(beside ? own + "-admin" : own);
      }
    }
  }

  private static String component(String name) {
    return Stream.of("gateway", "health", "synthetic")
        .filter(component -> name.contains("-" + component))
        .findFirst()
        .orElse("worker");
  }

  /** A Deployment's selector cannot be changed, so an upgrade with another one would fail. */
  @Test
  void theWorkersSelectorStaysAsItWas() {
    for (String about : List.of("the least", "a gateway with all", "health with all")) {
      assertThat(ValuesMatrix.rendered(about).deployment("worker").at("/spec/selector").toString())
          .isEqualTo(
              "{\"matchLabels\":{\"app.kubernetes.io/name\":\"ringpost\","
                  + "\"app.kubernetes.io/instance\":\"ringpost\","
                  + "\"app.kubernetes.io/component\":\"worker\"}}");
    }
  }

  private static JsonNode selector(JsonNode object) {
    return switch (object.get("kind").asText()) {
      case "NetworkPolicy" -> object.at("/spec/podSelector");
      default -> object.at("/spec/selector");
    };
  }

  private static boolean matches(JsonNode selector, JsonNode labels) {
    JsonNode wanted = selector.has("matchLabels") ? selector.get("matchLabels") : selector;
    for (JsonNode rule : selector.path("matchExpressions")) {
      String operator = rule.get("operator").asText();
      assertThat(operator).isIn("In", "NotIn");
      JsonNode label = labels.get(rule.get("key").asText());
      if (rule.get("values").valueStream().toList().contains(label) != operator.equals("In")) {
        return false;
      }
    }
    return wanted.properties().stream()
        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
  }
}
