package dev.ringpost.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A real Prometheus that scrapes some processes twice a second and keeps the chart's rules. */
public final class LocalPrometheus implements AutoCloseable {

  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
  private static final Duration SCRAPES_WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final long ENDS_WITHIN_SECONDS = 10;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final int port;

  private LocalPrometheus(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it with its files in a folder.
   *
   * @param workerPort the worker's admin port
   * @param gatewayPort the gateway's, which has a job of its own
   * @param healthPort that of the search for deaf phones, which has one, too
   * @param syntheticPort that of the synthetic calls, in the same way
   */
  public static LocalPrometheus start(
      Path folder, int workerPort, int gatewayPort, int healthPort, int syntheticPort) {
    int port = FreePort.find();
    try {
      Path config =
          Files.writeString(
              folder.resolve("prometheus.yml"),
              """
              global: {scrape_interval: 500ms, evaluation_interval: 1s}
              rule_files: ['%s']
              scrape_configs:
                - job_name: ringpost
                  static_configs:
                    - targets: ['localhost:%d']
                      labels: {namespace: calls}
                - job_name: ringpost-gateway
                  static_configs:
                    - targets: ['localhost:%d']
                      labels: {namespace: calls}
                - job_name: ringpost-health
                  static_configs:
                    - targets: ['localhost:%d']
                      labels: {namespace: calls}
                - job_name: ringpost-synthetic
                  static_configs:
                    - targets: ['localhost:%d']
                      labels: {namespace: calls}
              """
                  .formatted(
                      Rules.FILE.toAbsolutePath(),
                      workerPort,
                      gatewayPort,
                      healthPort,
                      syntheticPort));
      var command =
          List.of(
              "prometheus",
              "--config.file=" + config,
              "--storage.tsdb.path=" + folder.resolve("data"),
              "--web.listen-address=127.0.0.1:" + port);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
      return new LocalPrometheus(process, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has scraped all. */
  public void awaitScrape() {
    Poll.until(
        SCRAPES_WITHIN,
        LOOK,
        () ->
            List.of("ringpost_ready", "ringpost_gateway_ready", "ringpost_health_ready").stream()
                .noneMatch(meter -> query(meter).isEmpty()));
  }

  /** The samples that an expression has now; empty if there are none or nobody answers yet. */
  public List<Double> query(String expression) {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    JsonNode answer = get("/api/v1/query?query=" + encoded);
    if (answer.path("status").asText().equals("error")) {
      throw new AssertionError(expression + ": " + answer.path("error").asText());
    }
    return answer
        .at("/data/result")
        .valueStream()
        .map(sample -> number(sample.at("/value/1").asText()))
        .toList();
  }

  /**
   * A line of a picture.
   *
   * @param labels by which it differs from others
   * @param points seconds since 1970 and values; NaN where there is no number
   */
  public record Series(Map<String, String> labels, NavigableMap<Double, Double> points) {}

  /** What an expression gave over some time, twice a second. */
  public List<Series> range(String expression, Instant from, Instant to) {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    JsonNode answer =
        get(
            "/api/v1/query_range?step=0.5&start=%d&end=%d&query=%s"
                .formatted(from.getEpochSecond(), to.getEpochSecond(), encoded));
    return answer.at("/data/result").valueStream().map(LocalPrometheus::series).toList();
  }

  private static Series series(JsonNode result) {
    Map<String, String> labels = new TreeMap<>();
    result
        .get("metric")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    NavigableMap<Double, Double> points = new TreeMap<>();
    result
        .get("values")
        .forEach(point -> points.put(point.get(0).asDouble(), number(point.get(1).asText())));
    return new Series(labels, points);
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace("Inf", "Infinity"));
  }

  /** The errors of the rules' last evaluations. */
  public List<String> ruleErrors() {
    return get("/api/v1/rules")
        .at("/data/groups")
        .valueStream()
        .flatMap(group -> group.get("rules").valueStream())
        .filter(rule -> rule.path("health").asText().equals("err"))
        .map(rule -> rule.get("name").asText() + ": " + rule.path("lastError").asText())
        .toList();
  }

  private JsonNode get(String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(ANSWERS_WITHIN)
            .build();
    try {
      return json.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException _) {
      return json.createObjectNode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
