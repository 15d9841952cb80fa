package dev.ringpost.bench.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The phones of everybody, in a map that a thread keeps as the topic of tokens has it. */
final class Phones implements AutoCloseable {

  /** A phone as it is registered. */
  record Phone(String token, String environment, String bundleId) {}

  private static final String TOPIC = "voip-tokens";
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Map<String, Map<String, Phone>> byUser = new ConcurrentHashMap<>();
  private final KafkaConsumer<String, String> consumer;
  private final Thread reading;

  private Phones(KafkaConsumer<String, String> consumer) {
    this.consumer = consumer;
    readToEnd();
    this.reading = Thread.ofPlatform().daemon().name("phones").start(this::follow);
  }

  /** Reads the topic whole, and follows it from then on. */
  static Phones load(String bootstrapServers) {
    return new Phones(
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer()));
  }

  /** The phones of a user. */
  List<Phone> of(String user) {
    return List.copyOf(byUser.getOrDefault(user, Map.of()).values());
  }

  private void readToEnd() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(TOPIC).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .collect(Collectors.toList());
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(this::apply);
    }
  }

  private void follow() {
    try (consumer) {
      while (true) {
        consumer.poll(POLL).forEach(this::apply);
      }
    } catch (WakeupException _) {
      // It is closed.
    }
  }

  private void apply(ConsumerRecord<String, String> registration) {
    String[] key = registration.key().split("/", 2);
    Map<String, Phone> phones = byUser.computeIfAbsent(key[0], _ -> new ConcurrentHashMap<>());
    if (registration.value() == null) {
      phones.remove(key[1]);
      return;
    }
    try {
      phones.put(key[1], JSON.readValue(registration.value(), Phone.class));
    } catch (JsonProcessingException e) {
      System.err.println("a registration is no JSON: " + e.getOriginalMessage());
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      reading.join(ENDS_WITHIN);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
