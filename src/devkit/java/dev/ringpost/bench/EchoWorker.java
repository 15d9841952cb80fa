package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A worker that pushes nothing: each invite is accepted after a time that is the same for all. */
final class EchoWorker implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);

  private record Due(long at, ProducerRecord<byte[], byte[]> result) {}

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Queue<Due> due = new ArrayDeque<>();
  private final Thread thread;
  private volatile Duration after = Duration.ZERO;
  private volatile boolean closed;

  EchoWorker(String bootstrapServers) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    var partitions =
        consumer.partitionsFor("call-invites").stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread = Thread.ofPlatform().name("echo").start(this::run);
  }

  /** Every invite from now on is accepted so long after it is read. */
  void answerAfter(Duration time) {
    after = time;
  }

  private void run() {
    while (!closed) {
      for (ConsumerRecord<byte[], byte[]> invite : consumer.poll(POLL)) {
        due.add(new Due(System.nanoTime() + after.toNanos(), result(invite)));
      }
      while (!due.isEmpty() && due.element().at() - System.nanoTime() <= 0) {
        var _ = producer.send(due.remove().result());
      }
    }
    consumer.close(CloseOptions.timeout(Duration.ZERO));
    producer.close();
  }

  private ProducerRecord<byte[], byte[]> result(ConsumerRecord<byte[], byte[]> invite) {
    String call = CallPlatform.json(invite).path("callId").asText();
    String value =
        """
        {"callId":"%s","invite":{"topic":"%s","partition":%d,"offset":%d},"attempt":1,"final":true,\
        "verdict":"accepted","suggest":"none","devices":[],"decidedAt":"%s"}\
        """
            .formatted(call, invite.topic(), invite.partition(), invite.offset(), Instant.now());
    return new ProducerRecord<>("call-push-results", call.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
