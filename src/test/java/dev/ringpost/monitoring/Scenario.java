package dev.ringpost.monitoring;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Made-up series under which an alert fires, and others, near them, under which it does not at any
 * moment.
 *
 * @param at how long after the beginning it is looked at
 * @param step time between two values
 * @param fires series in Prometheus' own notation
 * @param quiet the same without the trouble
 */
record Scenario(String alert, String at, String step, List<String> fires, List<String> quiet) {

  /** One value each minute. */
  Scenario(String alert, String at, List<String> fires, List<String> quiet) {
    this(alert, at, "1m", fires, quiet);
  }

  /** Labels that Prometheus itself adds, where a series does not name its job. */
  private static final String TARGET = "namespace=\"calls\", job=\"ringpost\", instance=\"a:8080\"";

  /** As a part of a file for {@code promtool test rules}. */
  String yaml() {
    return part(fires, "", "[{labels: '{}', value: 1}]") + part(quiet, "[%s]".formatted(at), "[]");
  }

  /**
   * Series, and which one alert fires at each of some moments, none where its name is empty; any
   * other beside it is a mistake.
   */
  static String firing(String about, String step, List<String> series, Map<String, String> when) {
    String asked =
        when.entrySet().stream()
            .map(
                moment ->
                    """
                          - expr: count by (alertname) (ALERTS{alertstate="firing"})
                            eval_time: %s
                            exp_samples: %s
                    """
                        .formatted(
                            moment.getKey(),
                            moment.getValue().isEmpty()
                                ? "[]"
                                : "[{labels: '{alertname=\"%s\"}', value: 1}]"
                                    .formatted(moment.getValue())))
            .collect(Collectors.joining());
    return """
      - name: %s
        interval: %s
        input_series:
    %s    promql_expr_test:
    %s\
    """
        .formatted(about, step, input(series), asked);
  }

  /**
   * @param over how long before {@code at} is looked at, too
   */
  private String part(List<String> series, String over, String expected) {
    String firing = "ALERTS{alertname=\"%s\", alertstate=\"firing\"}%s".formatted(alert, over);
    String seen = over.isEmpty() ? firing : "count_over_time(%s)".formatted(firing);

    return """
      - name: %s %s
        interval: %s
        input_series:
    %s    promql_expr_test:
          - expr: count(count by (alertname) (%s))
            eval_time: %s
            exp_samples: %s
    """
        .formatted(
            alert, over.isEmpty() ? "fires" : "is quiet", step, input(series), seen, at, expected);
  }

  private static String input(List<String> series) {
    return series.stream()
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
  }
}
