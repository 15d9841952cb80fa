package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.testing.LocalKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probes of a gateway, one of whose loops has ended: only a new start helps. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
class GatewayLivenessTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** A fault in a client's thread, at its first fetch, when the test says so. */
  public static final class Fault implements MetricsReporter {

    /** The client whose thread is to end. */
    private static final AtomicReference<String> victim = new AtomicReference<>("");

    private static final AtomicReference<CountDownLatch> strike =
        new AtomicReference<>(new CountDownLatch(1));

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {
      boolean ofTheFirstFetch = metric.metricName().name().equals("records-lag");
      if (ofTheFirstFetch && victim.get().equals(metric.metricName().tags().get("client-id"))) {
        try {
          strike.get().await();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
        throw new AssertionError("planted");
      }
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> properties) {}
  }

  @ParameterizedTest
  @CsvSource({
    "ringpost-gateway-results, the reader of results has ended",
    "ringpost-gateway-webhooks, the teller of verdicts to the webhook has ended"
  })
  @Execution(ExecutionMode.SAME_THREAD)
  void aLoopThatHasEndedFailsTheProbes(String client, String words, @TempDir Path folder)
      throws Exception {
    Fault.victim.set(client);
    Fault.strike.set(new CountDownLatch(1));
    Files.writeString(folder.resolve("key"), "hunter2-hunter2-hunter2-hunter2-");
    try (var kafka = LocalKafka.start()) {
      makeTopic(kafka);
      Path config =
          ConfigFile.of(kafka.bootstrapServers(), Map.of("metric.reporters", Fault.class.getName()))
              .with(
                  """
                  gateway:
                    port: 0
                    webhook: {url: 'http://localhost:1/', secret-file: key}
                  """)
              .write(folder.resolve("ringpost.yaml"));
      try (var gateway = LocalGateway.start(config, Optional.empty())) {
        assertThat(gateway.health("/livez").statusCode()).isEqualTo(200);

        Fault.strike.get().countDown();

        await().atMost(SOON).until(() -> gateway.health("/livez").statusCode() == 503);
        assertThat(gateway.health("/livez").body()).isEqualTo("stuck\n" + words + "\n");
        assertThat(gateway.health("/readyz").body()).contains(words);
      }
    }
  }

  private static void makeTopic(LocalKafka kafka) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(CallPlatform.RESULTS, 1, (short) 1))).all().get();
    }
  }
}
