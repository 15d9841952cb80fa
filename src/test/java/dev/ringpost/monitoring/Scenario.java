package dev.ringpost.monitoring;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Made-up series under which an alert fires, and others, near them, under which it does not.
 *
 * @param at how long after the beginning it is looked at
 * @param fires series in Prometheus' own notation, one value each minute
 * @param quiet the same without the trouble
 */
record Scenario(String alert, String at, List<String> fires, List<String> quiet) {

  /** Labels that Prometheus itself adds, where a series does not name its job. */
  private static final String TARGET = "namespace=\"calls\", job=\"ringpost\", instance=\"a:8080\"";

  /** As a part of a file for {@code promtool test rules}. */
  String yaml() {
    return part(fires, "[{labels: '{}', value: 1}]") + part(quiet, "[]");
  }

  private String part(List<String> series, String expected) {
    String input =
        series.stream()
            .map(
                line -> {
                  int end = line.indexOf('}');
                  String name = line.substring(0, end).replace("{}", "{");
                  String labels =
                      name.contains("job=") ? "" : name.endsWith("{") ? TARGET : ", " + TARGET;
                  return "      - series: '%s%s}'\n        values: '%s'\n"
                      .formatted(name, labels, line.substring(end + 1).strip());
                })
            .collect(Collectors.joining());
    return """
      - name: %s %s
        interval: 1m
        input_series:
    %s    promql_expr_test:
          - expr: count(count by (alertname) (ALERTS{alertname="%s", alertstate="firing"}))
            eval_time: %s
            exp_samples: %s
    """
        .formatted(alert, expected.equals("[]") ? "is quiet" : "fires", input, alert, at, expected);
  }
}
