package dev.ringpost.drills;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.guarantees.NothingRingsAfterItsEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Many calls over a long time, of which only those without a final result are kept in memory: the
 * platform of the other drills remembers everything.
 */
final class SteadyCalls implements AutoCloseable {

  private static final String CALL = "steady-";
  private static final int LONG_RING = 45;
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> results;
  private final Duration pace;
  private final int users;
  private final NothingRingsAfterItsEnd ends;
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger stored = new AtomicInteger();
  private final AtomicInteger settled = new AtomicInteger();
  private final AtomicInteger missed = new AtomicInteger();
  private final AtomicLong longestWaitMillis = new AtomicLong();
  private final Map<String, Instant> deadlines = new ConcurrentHashMap<>();
  private final Map<String, Long> storedAt = new ConcurrentHashMap<>();
  private final Map<String, Boolean> told = new ConcurrentHashMap<>();
  private final Map<String, Origin> unsettled = new ConcurrentHashMap<>();
  private final List<Thread> threads;
  private volatile boolean calling = true;
  private volatile boolean reading = true;

  /**
   * Begins to call; each seventh call is cancelled.
   *
   * @param pace the time between two calls
   * @param ends is told of the calls that ended
   */
  SteadyCalls(String bootstrapServers, int users, Duration pace, NothingRingsAfterItsEnd ends) {
    this.pace = pace;
    this.users = users;
    this.ends = ends;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.results =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.threads =
        List.of(
            Thread.ofPlatform().daemon().name("steady-calls").start(this::call),
            Thread.ofPlatform().daemon().name("steady-results").start(this::read));
  }

  /** Ends the calling; results are read on. */
  void stopCalling() {
    calling = false;
    join(threads.getFirst());
    producer.flush();
  }

  /** How many invites Kafka has. */
  int invites() {
    return stored.get();
  }

  /** How many invites have no final result yet. */
  int open() {
    return sent.get() - settled.get();
  }

  /** The invites that Kafka has and of which no final result was read. */
  Set<Origin> unsettled() {
    return Set.copyOf(unsettled.values());
  }

  /** The deadline of a call that Kafka has, by its invite. */
  Optional<Instant> deadline(String callId) {
    return Optional.ofNullable(deadlines.get(callId));
  }

  /** How many calls that ring for long ended neither in a ring nor by the caller. */
  int missed() {
    return missed.get();
  }

  /** The longest time from an invite's append to the decision of its first result. */
  Duration longestWait() {
    return Duration.ofMillis(longestWaitMillis.get());
  }

  private void call() {
    int cancelledBehind = Math.toIntExact(CallLoad.CANCELLED_AFTER.dividedBy(pace));
    long next = System.nanoTime();
    while (calling) {
      int number = sent.getAndIncrement();
      invite(number);
      if (CallLoad.isCancelled(number - cancelledBehind)) {
        cancel(new CallId(CALL + (number - cancelledBehind)));
      }
      next += pace.toNanos();
      LockSupport.parkNanos(Math.max(1, next - System.nanoTime()));
    }
  }

  private void invite(int number) {
    String user = CallLoad.user(number % users).value();
    String value =
        """
        {"callId":"%s%d","callee":"%s","ringSeconds":%d,"caller":{"uri":"sip:bob@example.com"}}
        """
            .formatted(CALL, number, user, ring(number));
    var _ =
        producer.send(
            new ProducerRecord<>(CallPlatform.INVITES, user.getBytes(UTF_8), value.getBytes(UTF_8)),
            (at, failure) -> {
              if (failure != null) {
                throw new IllegalStateException("an invite was not stored", failure);
              }
              deadlines.put(
                  CALL + number, Instant.ofEpochMilli(at.timestamp()).plusSeconds(ring(number)));
              remember(at);
            });
  }

  /** Its result may have been read before. */
  private void remember(RecordMetadata at) {
    String place = at.partition() + "@" + at.offset();
    stored.incrementAndGet();
    storedAt.put(place, at.timestamp());
    unsettled.put(
        place,
        new Origin(at.topic(), at.partition(), at.offset(), Instant.ofEpochMilli(at.timestamp())));
    if (Boolean.TRUE.equals(told.get(place))) {
      unsettled.remove(place);
    }
  }

  private void cancel(CallId call) {
    String value = "{\"callId\":\"%s\",\"type\":\"cancelled\"}".formatted(call.value());
    var _ =
        producer.send(
            new ProducerRecord<>(
                CallPlatform.SIGNALS, call.value().getBytes(UTF_8), value.getBytes(UTF_8)),
            (_, failure) -> {
              if (failure != null) {
                throw new IllegalStateException("an end was not stored", failure);
              }
              ends.ended(call, Instant.now());
            });
  }

  /** In seconds: each fifth call is over before the shortest session time-out. */
  private static int ring(int number) {
    return number % 5 == 0 ? 5 : LONG_RING;
  }

  private static int number(JsonNode result) {
    return Integer.parseInt(result.path("callId").asText().replace(CALL, ""));
  }

  private void read() {
    List<TopicPartition> all =
        IntStream.range(0, results.partitionsFor(CallPlatform.RESULTS).size())
            .mapToObj(partition -> new TopicPartition(CallPlatform.RESULTS, partition))
            .toList();
    results.assign(all);
    results.seekToBeginning(all);
    while (reading) {
      results.poll(POLL).forEach(this::take);
    }
    results.close();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    JsonNode result = CallPlatform.json(record);
    String place =
        result.at("/invite/partition").asInt() + "@" + result.at("/invite/offset").asLong();
    Long appended = storedAt.get(place);
    if (appended != null && told.putIfAbsent(place, false) == null) {
      long wait = Instant.parse(result.path("decidedAt").asText()).toEpochMilli() - appended;
      longestWaitMillis.accumulateAndGet(wait, Math::max);
    }
    if (result.path("final").asBoolean() && !Boolean.TRUE.equals(told.put(place, true))) {
      settled.incrementAndGet();
      unsettled.remove(place);
      String verdict = result.path("verdict").asText();
      int number = number(result);
      boolean isGood =
          verdict.equals("accepted") || (verdict.equals("ended") && CallLoad.isCancelled(number));
      if (ring(number) == LONG_RING && !isGood) {
        missed.incrementAndGet();
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    calling = false;
    reading = false;
    threads.forEach(SteadyCalls::join);
    producer.close(Duration.ZERO);
  }
}
