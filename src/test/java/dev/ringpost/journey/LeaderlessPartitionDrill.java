package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Origin;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A group that has no offsets yet (a first start, a renamed group) while one of three partitions
 * has no leader: the two healthy ones hold yesterday's invites, of which nobody is told.
 */
@Isolated
class LeaderlessPartitionDrill {

  private static final int OLD = 20_000;
  private static final Duration WITHIN = Duration.ofSeconds(60);

  /** So long after a fresh call was told, an old one would have been too. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  @Test
  @Timeout(300)
  void yesterdaysCallsOfTheOthersAreToldNobody(@TempDir Path folder) throws Exception {
    try (var kafka = LocalKafka.startCluster();
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      createTopics(admin);
      storeYesterdays(kafka.bootstrapServers());
      kafka.stopBroker(2);
      try (var environment = CallEnvironment.on(kafka.bootstrapServers(), folder)) {
        environment.launchWorker();
        environment.awaitReady();
        for (int partition = 0; partition < 2; partition++) {
          Origin fresh =
              environment.platform().store(invite(partition, "fresh-" + partition, null));
          await().atMost(WITHIN).until(() -> !environment.platform().results(fresh).isEmpty());
        }
        Thread.sleep(LOOK);
        assertThat(environment.platform().results())
            .as("told of anything but the fresh")
            .hasSize(2);
        assertThat(environment.worker().get("/metrics").lines())
            .contains("ringpost_partitions_blocked{obstacle=\"start\",source=\"invites\"} 1.0");

        kafka.startBroker(2);
        await()
            .atMost(WITHIN)
            .until(
                () ->
                    environment
                        .worker()
                        .get("/metrics")
                        .contains(
                            "ringpost_partitions_blocked{obstacle=\"start\",source=\"invites\"}"
                                + " 0.0"));
        Origin last = environment.platform().store(invite(2, "fresh-2", null));
        await().atMost(WITHIN).until(() -> !environment.platform().results(last).isEmpty());
        assertThat(environment.platform().results()).hasSize(3);
      }
    }
  }

  private static void createTopics(Admin admin) throws Exception {
    create(admin, CallPlatform.INVITES, true, Map.of("message.timestamp.type", "CreateTime"));
    create(admin, CallPlatform.TOKENS, false, Map.of("cleanup.policy", "compact"));
    create(
        admin,
        CallPlatform.INVALIDATIONS,
        false,
        Map.of("cleanup.policy", "compact,delete", "retention.ms", "7776000000"));
    for (String topic :
        List.of(
            CallPlatform.SIGNALS,
            CallPlatform.RESULTS,
            CallPlatform.DEAD_LETTERS,
            "call-invites.retry-1",
            "call-invites.retry-2",
            "call-invites.retry-3")) {
      create(admin, topic, false, Map.of());
    }
  }

  /** Three partitions: of the topic of invites one on each broker, else none on the last. */
  private static void create(
      Admin admin, String topic, boolean everyBroker, Map<String, String> configs)
      throws Exception {
    Map<Integer, List<Integer>> places = new HashMap<>();
    for (int partition = 0; partition < 3; partition++) {
      places.put(partition, List.of(everyBroker ? partition : partition % 2));
    }
    admin.createTopics(List.of(new NewTopic(topic, places).configs(configs))).all().get();
  }

  private static void storeYesterdays(String bootstrapServers) {
    long yesterday = Instant.now().minus(Duration.ofHours(20)).toEpochMilli();
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int call = 0; call < OLD; call++) {
        for (int partition = 0; partition < 3; partition++) {
          var _ = producer.send(invite(partition, "old-" + call, yesterday + call));
        }
      }
      producer.flush();
    }
  }

  private static ProducerRecord<byte[], byte[]> invite(
      int partition, String call, @Nullable Long timestamp) {
    String value =
        "{\"callId\":\"%s\",\"callee\":\"alice\",\"caller\":{\"uri\":\"sip:b@x\"}}".formatted(call);
    return new ProducerRecord<>(
        CallPlatform.INVITES, partition, timestamp, "alice".getBytes(UTF_8), value.getBytes(UTF_8));
  }
}
