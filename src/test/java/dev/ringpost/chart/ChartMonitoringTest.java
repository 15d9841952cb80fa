package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules and dashboards reach the cluster as they stand in the chart's folder. */
class ChartMonitoringTest {

  private static final Path RULES = Chart.FOLDER.resolve("rules").resolve("ringpost.rules.yaml");
  private static final Path DASHBOARDS = Chart.FOLDER.resolve("dashboards");

  private final Manifests manifests = ValuesMatrix.rendered("monitoring");

  @Test
  void theRulesLinkToTheRunbookThatIsNamed() throws IOException {
    String file =
        Files.readString(RULES)
            .replace("https://ringpost.dev/docs/runbook", "https://wiki.example.com/ringpost");

    List<JsonNode> groups =
        manifests.the("PrometheusRule").at("/spec/groups").valueStream().toList();
    assertThat(groups.subList(0, groups.size() - 1))
        .isEqualTo(new Manifests(file).all().getFirst().get("groups").valueStream().toList());
    assertThat(groups.getLast().at("/rules/0/annotations/runbook_url").asText())
        .isEqualTo("https://wiki.example.com/ringpost#ringpostpartitionneverowned");
    assertThat(file).contains("{{ $value", "{{ $labels.instance }}");
  }

  @Test
  void alertsAreMarkedAndLeftOutAsAsked() {
    String marked = ValuesMatrix.rendered("marked").the("PrometheusRule").toString();

    assertThat(marked)
        .contains("\"RingpostKafkaAway\"", "\"team\":\"voice\"", "\"severity\":\"page\"")
        .doesNotContain("RingpostCanaryFails\"", "\"severity\":\"none\"");
    assertThat(
            Chart.with(
                    "monitoring: {prometheusRule: {enabled: true, disabled:"
                        + " [RingpostPartitionNeverOwned]}}")
                .the("PrometheusRule")
                .toString())
        .doesNotContain("RingpostPartitionNeverOwned");
  }

  @Test
  void theGrafanaOperatorFindsEachDashboardInItsConfigMap() {
    Manifests withOperator = ValuesMatrix.rendered("a rack and the Grafana operator");

    List<String> referred = new ArrayList<>();
    for (JsonNode dashboard : withOperator.of("GrafanaDashboard")) {
      JsonNode spec = dashboard.get("spec");
      assertThat(spec.at("/instanceSelector/matchLabels/dashboards").asText()).isEqualTo("grafana");
      assertThat(spec.get("folder").asText()).isEqualTo("Calls");
      assertThat(spec.get("allowCrossNamespaceImport").asBoolean()).isTrue();
      referred.add(spec.at("/configMapRef/name").asText() + spec.at("/configMapRef/key").asText());
    }
    List<String> there = new ArrayList<>();
    for (JsonNode map : withOperator.of("ConfigMap")) {
      for (var file : map.get("data").properties()) {
        if (file.getKey().endsWith(".json")) {
          there.add(map.at("/metadata/name").asText() + file.getKey());
        }
      }
    }
    assertThat(referred).hasSize(4).containsExactlyInAnyOrderElementsOf(there);
    assertThat(manifests.of("GrafanaDashboard")).isEmpty();
  }

  @Test
  void everyDashboardIsAConfigMapThatTheSidecarFinds() throws IOException {
    var json = new ObjectMapper();
    int found = 0;
    for (JsonNode map : manifests.of("ConfigMap")) {
      for (var file : map.get("data").properties()) {
        if (file.getKey().endsWith(".json")) {
          String name = file.getKey().replace("ringpost-", "");
          assertThat(json.readTree(file.getValue().asText()))
              .isEqualTo(json.readTree(DASHBOARDS.resolve(name).toFile()));
          assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
          assertThat(map.at("/metadata/annotations/grafana_folder").asText()).isEqualTo("Calls");
          found++;
        }
      }
    }
    assertThat(found).isEqualTo(4);
  }
}
