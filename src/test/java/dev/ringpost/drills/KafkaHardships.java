package dev.ringpost.drills;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalControllers;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.WorkerProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The hardships of Kafka. */
final class KafkaHardships {

  /** What was stored so shortly before workers stand still may be unread. */
  private static final Duration UNREAD = Duration.ofSeconds(2);

  private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);

  private static final int ADDED = 3;

  private KafkaHardships() {}

  static List<Hardship> all() {
    return List.of(
        Hardship.repeating("Kafka: one of three brokers stops for 4 s", KafkaHardships::oneStops),
        Hardship.repeating(
            "Kafka: the results topic has no leader for 6 s", KafkaHardships::resultsWithoutLeader),
        Hardship.repeating("Kafka: no broker for 15 s", KafkaHardships::nobody),
        Hardship.repeating("Kafka: rolling restart of the brokers", KafkaHardships::replaced),
        Hardship.repeating(
            "Kafka: the leaders of the invites move, three times", KafkaHardships::moved),
        Hardship.repeating("Kafka: controller failover", KafkaHardships::anotherController),
        Hardship.harmless(
            "Kafka: a transaction on the tokens hangs for 5 s", hanging(CallPlatform.TOKENS)),
        Hardship.harmless(
            "Kafka: a transaction on the invites hangs for 5 s", hanging(CallPlatform.INVITES)),
        Hardship.harmless("Kafka: partitions of the invites are added", KafkaHardships::added)
            .in(Hardship.Company.NOTHING),
        Hardship.repeating(
            "Kafka: retention passes what nobody has read", KafkaHardships::retention),
        Hardship.missing(
            "Kafka: the token topic is deleted and recreated", KafkaHardships::tokensRecreated));
  }

  private static void oneStops(DrillCluster cluster, Random random) {
    List<Integer> brokers = cluster.kafka().brokers().brokerIds();
    stopped(cluster.kafka().brokers(), brokers.get(random.nextInt(brokers.size() - 1)), 4);
  }

  private static void resultsWithoutLeader(DrillCluster cluster, Random random) {
    stopped(cluster.kafka().brokers(), cluster.kafka().brokers().brokerIds().getLast(), 6);
  }

  private static void stopped(LocalKafka kafka, int broker, int seconds) {
    kafka.stopBroker(broker);
    DrillCluster.pause(Duration.ofSeconds(seconds));
    kafka.startBroker(broker);
  }

  private static void nobody(DrillCluster cluster, Random random) {
    cluster.kafka().brokers().stopBrokers();
    DrillCluster.pause(Duration.ofSeconds(15));
    cluster.kafka().brokers().startBrokers();
  }

  private static void replaced(DrillCluster cluster, Random random) {
    for (int broker : cluster.kafka().brokers().brokerIds()) {
      stopped(cluster.kafka().brokers(), broker, 1);
      DrillCluster.pause(Duration.ofSeconds(2));
    }
  }

  private static void moved(DrillCluster cluster, Random random) throws Exception {
    for (int n = 0; n < 3; n++) {
      moveLeaders(cluster);
      DrillCluster.pause(Duration.ofSeconds(2));
    }
  }

  private static void moveLeaders(DrillCluster cluster)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Optional<NewPartitionReassignment>> rotated = new HashMap<>();
    cluster
        .kafka()
        .describe(CallPlatform.INVITES)
        .partitions()
        .forEach(
            partition -> {
              List<Integer> replicas = new ArrayList<>();
              for (Node node : partition.replicas()) {
                replicas.add(node.id());
              }
              Collections.rotate(replicas, 1);
              rotated.put(
                  new TopicPartition(CallPlatform.INVITES, partition.partition()),
                  Optional.of(new NewPartitionReassignment(replicas)));
            });
    cluster.kafka().admin().alterPartitionReassignments(rotated).all().get();
    elect(cluster, rotated.keySet());
  }

  /** Some may have their new leader already, for the brokers look after that themselves. */
  private static void elect(DrillCluster cluster, Set<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    var elected =
        cluster.kafka().admin().electLeaders(ElectionType.PREFERRED, partitions).partitions().get();
    for (Optional<Throwable> trouble : elected.values()) {
      if (trouble.isPresent() && !(trouble.get() instanceof ElectionNotNeededException)) {
        throw new ExecutionException(trouble.get());
      }
    }
  }

  /** The one that takes over is asked for other leaders of the invites. */
  private static void anotherController(DrillCluster cluster, Random random) throws Exception {
    LocalControllers controllers = cluster.kafka().brokers().controllers();
    int former = controllers.stopActive();
    DrillCluster.pause(Duration.ofSeconds(2));
    moveLeaders(cluster);
    DrillCluster.pause(Duration.ofSeconds(2));
    controllers.start(former);
  }

  /** What views read waits behind it, calls must not: invites are read as they stand. */
  private static Hardship.Action hanging(String topic) {
    return (cluster, random) -> {
      try (var producer =
          new KafkaProducer<>(
              Map.of(
                  "bootstrap.servers",
                  cluster.platform().bootstrapServers(),
                  "transactional.id",
                  "hanging-" + random.nextLong()),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        producer.initTransactions();
        producer.beginTransaction();
        var _ = producer.send(new ProducerRecord<>(topic, new byte[] {'n', '/', 'd'}, null));
        producer.flush();
        DrillCluster.pause(Duration.ofSeconds(5));
        producer.abortTransaction();
      }
    };
  }

  /** Each new one has a call, which is settled as all others are. */
  private static void added(DrillCluster cluster, Random random) throws Exception {
    int before = cluster.kafka().partitions(CallPlatform.INVITES);
    int after = before + ADDED;
    cluster
        .kafka()
        .admin()
        .createPartitions(Map.of(CallPlatform.INVITES, NewPartitions.increaseTo(after)))
        .all()
        .get();
    cluster.fleet().awaitSharing(after);
    long run = random.nextLong();
    for (int partition = before; partition < after; partition++) {
      byte[] value =
          """
          {"callId": "added-%d-%d", "callee": "user-4", "ringSeconds": 45,
           "caller": {"uri": "sip:bob@example.com"}}\
          """
              .formatted(run, partition)
              .getBytes(UTF_8);
      cluster
          .platform()
          .publish(new ProducerRecord<>(CallPlatform.INVITES, partition, null, value));
    }
  }

  /** Workers stand still meanwhile, for less than their session. */
  private static void retention(DrillCluster cluster, Random random) throws Exception {
    Instant still = Instant.now().minus(UNREAD);
    List<WorkerProcess> workers = cluster.fleet().running();
    workers.forEach(WorkerProcess::freeze);
    DrillCluster.pause(Duration.ofSeconds(3));
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    int partitions = cluster.kafka().partitions(CallPlatform.INVITES);
    for (int partition = 0; partition < partitions; partition++) {
      all.put(
          new TopicPartition(CallPlatform.INVITES, partition),
          RecordsToDelete.beforeOffset(DeleteRecordsRequest.HIGH_WATERMARK));
    }
    Map<TopicPartition, Long> first = new HashMap<>();
    var deleted = cluster.kafka().admin().deleteRecords(all).lowWatermarks();
    for (var partition : deleted.entrySet()) {
      first.put(partition.getKey(), partition.getValue().get().lowWatermark());
    }
    Instant goesOn = Instant.now();
    workers.forEach(WorkerProcess::thaw);
    cluster.judges().carriesSince(goesOn);
    await()
        .atMost(TOLD_WITHIN)
        .until(
            () ->
                workers.stream()
                    .anyMatch(
                        worker ->
                            worker.output().contains("Kafka removed records before they were")));
    cluster
        .judges()
        .passed(
            cluster.platform().invited().keySet().stream()
                .filter(invite -> invite.timestamp().isAfter(still))
                .filter(
                    invite ->
                        invite.offset()
                            < first.getOrDefault(
                                new TopicPartition(invite.topic(), invite.partition()), 0L))
                .toList());
  }

  private static void tokensRecreated(DrillCluster cluster, Random random) throws Exception {
    cluster.recreateTokens();
  }
}
