package dev.ringpost.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The chart's dashboards for Grafana. */
public final class Dashboards {

  private static final Path FOLDER = Path.of("helm", "ringpost", "dashboards");

  /**
   * A question that a panel asks Prometheus.
   *
   * @param panel dashboard and title
   * @param expression PromQL with Grafana's variables
   */
  public record Query(String panel, String expression) {

    /** What Grafana would send for a minute of one worker. */
    public String sent(String rateInterval) {
      return expression
          .replace("$namespace", ".*")
          .replace("$job", ".+")
          .replace("$app", ".*")
          .replace("$__rate_interval", rateInterval)
          .replace("$__range", "1m");
    }
  }

  private Dashboards() {}

  /** The files. */
  public static List<JsonNode> all() {
    var json = new ObjectMapper();
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(file -> read(json, file)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every expression of every panel. */
  public static List<Query> queries() {
    return all().stream()
        .flatMap(
            dashboard ->
                dashboard.get("panels").valueStream().flatMap(panel -> queries(dashboard, panel)))
        .toList();
  }

  private static Stream<Query> queries(JsonNode dashboard, JsonNode panel) {
    String name = dashboard.get("title").asText() + ": " + panel.get("title").asText();
    return panel
        .get("targets")
        .valueStream()
        .map(target -> new Query(name, target.get("expr").asText()));
  }

  private static JsonNode read(ObjectMapper json, Path file) {
    try {
      return json.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
