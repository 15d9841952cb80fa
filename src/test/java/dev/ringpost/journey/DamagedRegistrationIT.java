package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.DamagedLog;
import dev.ringpost.testing.DamagedLog.Damage;
import dev.ringpost.testing.LocalKafka;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * One wrong byte on a broker's disk, in one registration: what a worker that starts makes of it.
 */
@Execution(ExecutionMode.CONCURRENT)
class DamagedRegistrationIT {

  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");

  @Test
  @Timeout(120)
  void theWorkerStartsAndOnlyThatPhoneIsMissing(@TempDir Path folder) throws Exception {
    try (var kafka = LocalKafka.start();
        var environment = CallEnvironment.on(kafka.bootstrapServers(), folder)) {
      environment.startWorker();
      Device damaged = environment.phone("iphone-damaged");
      Origin registration = environment.platform().register(ALICE, damaged, 0);
      environment.platform().register(BOB, environment.phone("iphone-behind"), 0);
      environment.callUntil(ALICE, result -> result.path("devices").size() == 1);
      environment.callUntil(BOB, result -> result.path("devices").size() == 1);
      environment.stopWorker();
      DamagedLog.damage(
          kafka.bootstrapServers(),
          new TopicPartition(registration.topic(), 0),
          "iphone-damaged",
          Damage.VALUE);

      environment.startWorker();

      assertThat(environment.call(BOB).path("devices")).hasSize(1);
      assertThat(environment.call(ALICE).path("verdict").asText()).isEqualTo("no_devices");
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(environment.worker().get("/metrics").lines())
                      .contains(
                          "ringpost_view_unreadable{view=\"tokens\"} 1.0",
                          "ringpost_view_unread_partitions{view=\"tokens\"} 0.0",
                          "ringpost_view_skipped_total{reason=\"unreadable\",view=\"tokens\"}"
                              + " 1.0"));
      environment.platform().register(ALICE, damaged, 0);
      environment.callUntil(ALICE, result -> result.path("devices").size() == 1);
    }
  }
}
