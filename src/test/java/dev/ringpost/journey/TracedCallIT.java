package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.UserId;
import dev.ringpost.monitoring.Promtool;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journey of calls that belong to traces of their senders, as Prometheus sees them. */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracedCallIT {

  private static final UserId ALICE = new UserId("alice");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

  private static final List<String> TRACED =
      List.of(
          "ringpost_invite_to_written_seconds",
          "ringpost_push_to_answer_seconds",
          "ringpost_invite_to_verdict_seconds");

  /** Of measurements that come within 90 ms of each other one is looked at. */
  private static final Duration SAMPLED_WITHIN = Duration.ofSeconds(20);

  private static final Pattern SERIES = Pattern.compile("^\\w+");

  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder, "").startWorker();
    environment.give(ALICE, environment.phone("iphone-1"));
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  @Needs(Need.PROMETHEUS)
  void theTimesOfACallLeadToItsTraceAndNothingHostileDoes() throws Exception {
    List<String> hostile =
        List.of(
            "00-evil",
            "00-" + "e".repeat(10_000) + "-" + SPAN + "-01",
            "00-" + "e".repeat(32) + "-" + SPAN + "-01\n# EOF",
            "00-\"" + "e".repeat(30) + "}-" + SPAN + "-01",
            "00-" + "E".repeat(32) + "-" + SPAN + "-01");
    for (String traceparent : hostile) {
      call(traceparent);
    }
    assertThat(scraped(OPEN_METRICS).body()).doesNotContain("trace_id");

    HttpResponse<String> openMetrics =
        await()
            .atMost(SAMPLED_WITHIN)
            .until(
                () -> {
                  call("00-" + TRACE + "-" + SPAN + "-01");
                  return scraped(OPEN_METRICS);
                },
                page ->
                    TRACED.stream()
                        .allMatch(
                            name ->
                                exemplars(page)
                                    .anyMatch(line -> line.startsWith(name + "_bucket{"))));
    HttpResponse<String> text = scraped("text/plain");

    assertThat(openMetrics.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/openmetrics-text");
    assertThat(openMetrics.body()).endsWith("\n# EOF\n");
    assertThat(exemplars(openMetrics))
        .allMatch(
            line -> line.contains(" # {span_id=\"%s\",trace_id=\"%s\"} ".formatted(SPAN, TRACE)));
    assertThat(series(openMetrics)).isEqualTo(series(text));
    assertThat(Promtool.checkMetrics(text.body()).output()).doesNotContain("error while linting");
    assertThat(Promtool.checkMetrics(text.body()).code()).isIn(0, 3);
  }

  private static Stream<String> exemplars(HttpResponse<String> page) {
    return page.body().lines().filter(line -> line.contains(" # {"));
  }

  /** The names of the series that are ours: rules and dashboards hold in either form. */
  private static Set<String> series(HttpResponse<String> page) {
    return page.body()
        .lines()
        .filter(line -> line.startsWith("ringpost_"))
        .map(SERIES::matcher)
        .filter(line -> line.find())
        .map(line -> line.group())
        .collect(Collectors.toSet());
  }

  private void call(String traceparent) {
    String invite =
        """
        {"callId": "%s", "callee": "alice", "caller": {"uri": "sip:bob@example.com"}}\
        """
            .formatted(environment.freshCall().value());
    var record = new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, invite.getBytes(UTF_8));
    record.headers().add("traceparent", traceparent.getBytes(ISO_8859_1));
    assertThat(
            environment.resultOf(environment.platform().publish(record)).path("verdict").asText())
        .isEqualTo("accepted");
  }

  private HttpResponse<String> scraped(String accept) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:" + environment.worker().adminPort() + "/metrics"))
            .header("Accept", accept)
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
