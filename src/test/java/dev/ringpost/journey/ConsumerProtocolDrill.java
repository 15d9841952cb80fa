package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Workers whose group is shared out by the broker: {@code kafka.group-protocol: consumer}. */
@Execution(ExecutionMode.CONCURRENT)
class ConsumerProtocolDrill {

  private static final Duration SHARED_WITHIN = Duration.ofSeconds(60);

  @Test
  @Timeout(150)
  void aSecondWorkerComesRingsAndTakesOverWhenTheFirstLeaves(@TempDir Path folder) {
    try (LocalKafka kafka = LocalKafka.start()) {
      ConfigFile config =
          ConfigFile.withDefaultTopics(kafka.bootstrapServers())
              .with("  group-protocol: consumer\n")
              .with("topics:\n  create: true\n  replication-factor: 1\n  partitions: 6\n");
      try (CallEnvironment environment =
          CallEnvironment.on(kafka.bootstrapServers(), folder, config, "").startWorker()) {
        var user = new UserId("shared-out");
        Device phone = environment.phone("phone");
        environment.give(user, phone);

        try (LocalWorker second = LocalWorker.start(environment.config())) {
          await().atMost(SHARED_WITHIN).until(() -> partitions(second) == 3);
          environment.stopWorker();
          await().atMost(SHARED_WITHIN).until(() -> partitions(second) == 6);
          JsonNode result = environment.call(user);
          assertThat(result.path("verdict").asText()).isEqualTo("accepted");
          assertThat(environment.pushesOf(result)).hasSize(1);
        }
      }
    }
  }

  private static double partitions(LocalWorker worker) {
    return worker
        .get("/metrics")
        .lines()
        .filter(line -> line.startsWith("ringpost_partitions{source=\"invites\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElse(0);
  }
}
