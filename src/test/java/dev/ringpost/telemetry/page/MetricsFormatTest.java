package dev.ringpost.telemetry.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsFormatTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/openmetrics-text",
        "Application/OpenMetrics-Text; version=1.0.0; charset=utf-8",
        "text/plain;q=0.5, application/openmetrics-text",
        "text/plain, application/openmetrics-text",
        // as Prometheus 3 asks
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      })
  void openMetricsComesWhereItIsLikedBest(String accept) {
    assertThat(MetricsFormat.wanted(List.of(accept))).isEqualTo(MetricsFormat.OPEN_METRICS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/*",
        "text/plain",
        "application/*",
        "text/html, application/openmetrics-text;q=0",
        "application/openmetrics-text;q=0.2, text/plain;q=0.3",
        "application/openmetrics-text;q=NaN",
        "application/openmetrics-text;q=7",
        "application/openmetrics-text;q=",
        "xapplication/openmetrics-text",
        ",;,;q=,",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
      })
  void whoeverAsksForAnythingElseGetsPrometheusText(String accept) {
    assertThat(MetricsFormat.wanted(List.of(accept))).isEqualTo(MetricsFormat.PROMETHEUS);
  }

  @Test
  void noHeaderIsPrometheusTextAndSeveralAreOne() {
    assertThat(MetricsFormat.wanted(List.of())).isEqualTo(MetricsFormat.PROMETHEUS);
    assertThat(MetricsFormat.wanted(List.of("text/html", "application/openmetrics-text")))
        .isEqualTo(MetricsFormat.OPEN_METRICS);
  }

  @Test
  void aLongHeaderIsNotRead() {
    assertThat(MetricsFormat.wanted(List.of("application/openmetrics-text," + "x".repeat(2_048))))
        .isEqualTo(MetricsFormat.PROMETHEUS);
  }
}
