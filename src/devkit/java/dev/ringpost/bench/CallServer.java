package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.Poll;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The publisher of phones and invites. A backlog is published in a transaction, so that a running
 * worker that reads committed records sees it all at once and not before. Not safe for several
 * threads.
 */
final class CallServer implements AutoCloseable {

  static final int PARTITIONS = 6;

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int RING_SECONDS = 120;
  private static final Duration STALE_SINCE = Duration.ofMinutes(10);

  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> backlogs;
  private final KafkaProducer<byte[], byte[]> single;
  private volatile Optional<Exception> lost = Optional.empty();
  private int calls;

  CallServer(String bootstrapServers) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    this.admin = Admin.create(properties);
    properties.put("linger.ms", 0);
    properties.put("max.in.flight.requests.per.connection", 1);
    this.single =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    properties.put("linger.ms", 5);
    properties.put("transactional.id", "bench");
    properties.put("transaction.timeout.ms", Math.toIntExact(PATIENCE.toMillis()));
    this.backlogs =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    backlogs.initTransactions();
  }

  /** Makes the topic of tokens and registers everybody's phones there. */
  void register() {
    create(CallPlatform.TOKENS, Map.of("cleanup.policy", "compact"));
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
    flush(single);
  }

  /** Makes an empty topic. */
  void create(String topic) {
    create(topic, Map.of());
  }

  private void create(String topic, Map<String, String> settings) {
    var made =
        new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 1)).configs(settings);
    get(() -> admin.createTopics(List.of(made)).all().get());
    awaitRecords(topic, 0);
  }

  /** Removes all topics whose name begins so. */
  void remove(String prefix) {
    List<String> gone =
        get(() -> admin.listTopics().names().get()).stream()
            .filter(topic -> topic.startsWith(prefix))
            .toList();
    get(() -> admin.deleteTopics(gone).all().get());
  }

  /** Publishes invites that nobody may read yet. */
  void prepare(String topic, Callees callees, int invites) {
    backlogs.beginTransaction();
    for (int n = 0; n < invites; n++) {
      invite(backlogs, topic, callees, Instant.now());
    }
    flush(backlogs);
  }

  /**
   * Publishes invites that are long over, and one for a timed phone behind them, as above.
   *
   * @return what the last one's stamp says
   */
  long prepareStale(String topic, int invites) {
    backlogs.beginTransaction();
    Instant over = Instant.now().minus(STALE_SINCE);
    for (int n = 0; n < invites; n++) {
      invite(backlogs, topic, Callees.ONE_PHONE, over);
    }
    long made = Stamp.nowMicros();
    invite(backlogs, topic, Callees.TIMED, Instant.now());
    flush(backlogs);
    return made;
  }

  /** Lets all prepared invites be read, at once. */
  void release() {
    backlogs.commitTransaction();
  }

  /** Publishes stamped invites at an even pace, and returns when all are stored. */
  void pace(String topic, Callees callees, int invites, int perSecond) {
    long start = System.nanoTime();
    for (int n = 0; n < invites; n++) {
      long due = start + n * Duration.ofSeconds(1).toNanos() / perSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      invite(single, topic, callees, Instant.now());
    }
    flush(single);
  }

  /** Waits until a topic has leaders, and so many records in all. */
  void awaitRecords(String topic, long wanted) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int n = 0; n < PARTITIONS; n++) {
      ends.put(new TopicPartition(topic, n), OffsetSpec.latest());
    }
    Poll.until(PATIENCE, LOOK, () -> records(ends) >= wanted);
  }

  /** The records below some ends; -1 while a partition has no leader. */
  private long records(Map<TopicPartition, OffsetSpec> ends) throws InterruptedException {
    try {
      return admin.listOffsets(ends).all().get().values().stream()
          .collect(Collectors.summingLong(end -> end.offset()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return -1;
      }
      throw new IllegalStateException("Kafka refused", e);
    }
  }

  @Override
  public void close() {
    backlogs.close();
    single.close();
    admin.close();
  }

  private void invite(
      KafkaProducer<byte[], byte[]> producer, String topic, Callees callees, Instant invitedAt) {
    int call = calls++;
    String callee = callees.user(call);
    String value =
        """
        {"callId":"%s","callee":"%s","caller":{"uri":"sip:bob@example.com;transport=tls",\
        "name":"Bob Babbage, Department of Engines"},"media":"audio","invitedAt":"%s",\
        "ringSeconds":%d}\
        """
            .formatted(Stamp.callId(call), callee, invitedAt, RING_SECONDS);
    send(producer, topic, callee, value);
  }

  private void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, String value) {
    var _ =
        producer.send(
            new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8)),
            (_, failure) -> {
              if (failure != null) {
                lost = Optional.of(failure);
              }
            });
  }

  /** Waits until all is stored that was sent. */
  private void flush(KafkaProducer<byte[], byte[]> producer) {
    producer.flush();
    lost.ifPresent(
        failure -> {
          throw new IllegalStateException("Kafka has not stored all", failure);
        });
  }

  private interface Answer<T> {
    T get() throws InterruptedException, ExecutionException;
  }

  private static <T> T get(Answer<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka refused", e);
    }
  }
}
