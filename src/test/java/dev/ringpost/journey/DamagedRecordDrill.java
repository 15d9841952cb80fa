package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.DamagedLog;
import dev.ringpost.testing.DamagedLog.Damage;
import dev.ringpost.testing.LocalKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One wrong byte on a broker's disk, in a record of the invites and in one of a retry topic, under
 * calls to all other partitions of the invites.
 */
@Isolated
class DamagedRecordDrill {

  private static final String RETRY = "call-invites.retry-1";
  private static final int CALLS = 188;
  private static final Duration PACE = Duration.ofMillis(100);

  /** From an invite's append to its decision; the machine may be busy. */
  private static final Duration IN_TIME = Duration.ofSeconds(2);

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

  @ParameterizedTest
  @EnumSource
  @Timeout(300)
  void callsOnHealthyPartitionsAreInTime(Damage damage, @TempDir Path folder) throws Exception {
    try (var kafka = LocalKafka.start();
        var environment = CallEnvironment.on(kafka.bootstrapServers(), folder)) {
      environment.startWorker();
      var alice = new UserId("alice");
      Device phone = environment.phone("iphone-1");
      environment.give(alice, phone);
      environment.stopWorker();

      Origin before = environment.platform().publish(invite(0, "before"));
      Origin damaged = environment.platform().publish(invite(0, "DAMAGEME"));
      Origin behind = environment.platform().publish(invite(0, "behind"));
      environment
          .platform()
          .store(new ProducerRecord<>(RETRY, 0, null, "DAMAGEME".getBytes(UTF_8)));
      for (String topic : List.of(CallPlatform.INVITES, RETRY)) {
        var partition = new TopicPartition(topic, 0);
        DamagedLog.damage(kafka.bootstrapServers(), partition, "DAMAGEME", damage);
      }

      environment.startWorker();
      List<Origin> others = new ArrayList<>();
      for (int call = 0; call < CALLS; call++) {
        others.add(environment.platform().publish(invite(1 + call % 5, "other-" + call)));
        Thread.sleep(PACE);
      }
      for (Origin other : others) {
        await()
            .atMost(SETTLED_WITHIN)
            .until(() -> !environment.platform().results(other).isEmpty());
      }

      assertThat(others)
          .filteredOn(other -> wait(environment, other).compareTo(IN_TIME) > 0)
          .isEmpty();
      assertThat(environment.platform().results(before)).hasSize(1);
      assertThat(environment.platform().results(damaged)).isEmpty();
      assertThat(environment.platform().results(behind)).as("behind it").isEmpty();
      assertThat(environment.worker().get("/metrics").lines())
          .as("shared out once, one partition of each source blocked")
          .contains(
              "ringpost_rebalances_total{change=\"assigned\",source=\"invites\"} 6.0",
              "ringpost_rebalances_total{change=\"lost\",source=\"invites\"} 0.0",
              "ringpost_partitions_blocked{obstacle=\"record\",source=\"invites\"} 1.0",
              "ringpost_partitions_blocked{obstacle=\"record\",source=\"retries\"} 1.0");
    }
  }

  private static Duration wait(CallEnvironment environment, Origin invite) {
    String decided = environment.platform().results(invite).getFirst().path("decidedAt").asText();
    return Duration.between(invite.timestamp(), Instant.parse(decided));
  }

  private static ProducerRecord<byte[], byte[]> invite(int partition, String call) {
    String value =
        "{\"callId\":\"%s\",\"callee\":\"alice\",\"ringSeconds\":60,\"caller\":{\"uri\":\"sip:b@x\"}}"
            .formatted(call);
    return new ProducerRecord<>(
        CallPlatform.INVITES, partition, "alice".getBytes(UTF_8), value.getBytes(UTF_8));
  }
}
