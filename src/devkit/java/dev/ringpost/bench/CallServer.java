package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The publisher of phones and invites. A backlog is published in a transaction, so that a running
 * worker that reads committed records sees it all at once and not before.
 */
final class CallServer implements AutoCloseable {

  static final int PARTITIONS = 6;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final String bootstrapServers;
  private final KafkaProducer<byte[], byte[]> backlogs;
  private final KafkaProducer<byte[], byte[]> single;
  private final KafkaConsumer<byte[], byte[]> results;
  private int calls;

  CallServer(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("linger.ms", 0);
    this.single =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    properties.put("linger.ms", 5);
    properties.put("transactional.id", "bench");
    this.backlogs =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    backlogs.initTransactions();
    this.results =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  void register() {
    for (Callees callees : Callees.values()) {
      for (int user = 0; user < Callees.USERS; user++) {
        for (int phone = 0; phone < callees.phones(); phone++) {
          String key = callees.user(user) + "/iphone-" + phone;
          String value =
              """
              {"token":"%s","environment":"%s","bundleId":"%s"}\
              """
                  .formatted(callees.token(user, phone), callees.environment().wire(), Callees.APP);
          send(single, CallPlatform.TOKENS, key, value);
        }
      }
    }
    single.flush();
  }

  void create(String topic) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(
              List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 1))))
          .all()
          .get();
    }
  }

  void prepare(Callees callees, int invites) {
    backlogs.beginTransaction();
    for (int n = 0; n < invites; n++) {
      invite(backlogs, CallPlatform.INVITES, callees);
    }
    backlogs.flush();
  }

  void release() {
    backlogs.commitTransaction();
  }

  void pace(String topic, Callees callees, int invites, int perSecond) {
    long start = System.nanoTime();
    for (int n = 0; n < invites; n++) {
      long due = start + n * Duration.ofSeconds(1).toNanos() / perSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      invite(single, topic, callees);
    }
    single.flush();
  }

  void awaitResults(long wanted) {
    Set<TopicPartition> partitions =
        results.partitionsFor(CallPlatform.RESULTS).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .collect(Collectors.toSet());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (results.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum()
        < wanted) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not every result is there: " + wanted);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  @Override
  public void close() {
    backlogs.close();
    single.close();
    results.close();
  }

  private void invite(KafkaProducer<byte[], byte[]> producer, String topic, Callees callees) {
    int call = calls++;
    String callee = callees.user(call);
    String value =
        """
        {"callId":"%s","callee":"%s","caller":{"uri":"sip:bob@example.com;transport=tls",\
        "name":"Bob Babbage, Department of Engines"},"media":"audio","ringSeconds":120}\
        """
            .formatted(Stamp.callId(call), callee);
    send(producer, topic, callee, value);
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, String value) {
    var _ = producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8)));
  }
}
