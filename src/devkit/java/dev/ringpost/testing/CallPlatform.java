package dev.ringpost.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The call platform around Ringpost: it registers phones, invites, reads results and dead letters,
 * and remembers all of it as the truth to compare with. Safe for many threads.
 */
public final class CallPlatform implements AutoCloseable {

  public static final String INVITES = "call-invites";
  public static final String TOKENS = "voip-tokens";
  public static final String INVALIDATIONS = "voip-token-invalidations";
  public static final String SIGNALS = "call-signals";
  public static final String RESULTS = "call-push-results";

  public static final String DEAD_LETTERS = "call-invites.dlq";

  private static final Duration STORED_WITHIN = Duration.ofSeconds(20);
  private static final int LARGEST_REQUEST = 12 * 1024 * 1024;
  private static final Duration POLL = Duration.ofMillis(50);
  private static final JsonMapper JSON = new JsonMapper();

  private final String bootstrapServers;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> reader;
  private final Thread reading;
  private final Map<Origin, String> invited = new ConcurrentHashMap<>();
  private final ToldResults told = new ToldResults();

  /** A platform on a cluster whose topics exist; it reads all results and dead letters there. */
  public CallPlatform(String bootstrapServers) {
    this(bootstrapServers, From.BEGINNING);
  }

  /** A platform that reads only what is told from now on, however long its topics are. */
  public static CallPlatform fromNow(String bootstrapServers) {
    return new CallPlatform(bootstrapServers, From.NOW);
  }

  private enum From {
    BEGINNING,
    NOW
  }

  private CallPlatform(String bootstrapServers, From from) {
    this.bootstrapServers = bootstrapServers;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "linger.ms",
                0,
                "max.in.flight.requests.per.connection",
                1,
                "max.request.size",
                LARGEST_REQUEST),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.reader = consumer(bootstrapServers);
    begin(from);
    this.reading = Thread.ofPlatform().daemon().name("call-platform").start(this::read);
  }

  /** Publishes a phone's token; returns where it stands. */
  public Origin register(UserId user, Device device) {
    return store(new ProducerRecord<>(TOKENS, key(user, device), token(device)));
  }

  /** Publishes a phone's token where another producer's partitioner might have put it. */
  public Origin register(UserId user, Device device, int partition) {
    return store(new ProducerRecord<>(TOKENS, partition, key(user, device), token(device)));
  }

  /** Takes a phone from a user. */
  public void remove(UserId user, DeviceId device) {
    store(new ProducerRecord<>(TOKENS, new DeviceKey(user, device).bytes(), null));
  }

  /** Says that a phone's token is dead since some time, as whoever learned it from APNs does. */
  public void invalidate(UserId user, Device device, Instant since, int partition) {
    String value =
        JSON.createObjectNode()
            .put("tokenDigest", device.token().digest().value())
            .put("bundleId", device.app().value())
            .put("environment", device.environment().wire())
            .put("invalidAt", since.toString())
            .put("reason", "Unregistered")
            .toString();
    byte[] key = key(user, device);
    store(new ProducerRecord<>(INVALIDATIONS, partition, key, bytes(value)));
  }

  private static byte[] token(Device device) {
    return bytes(
        JSON.createObjectNode()
            .put("token", device.token().hex())
            .put("environment", device.environment().wire())
            .put("bundleId", device.app().value())
            .put("registeredAt", device.registeredAt().toString())
            .toString());
  }

  /** Publishes an invite as a call server does; returns where it stands. */
  public Origin invite(CallId call, UserId callee, Duration ring) {
    return publish(callee.value(), inviteJson(call, callee, ring));
  }

  private static String inviteJson(CallId call, UserId callee, Duration ring) {
    ObjectNode invite =
        JSON.createObjectNode()
            .put("callId", call.value())
            .put("callee", callee.value())
            .put("ringSeconds", ring.toMillis() / 1000.0);
    invite.putObject("caller").put("uri", "sip:bob@example.com").put("name", "Bob");
    invite.putObject("custom").put("note", MarkedSecret.CUSTOM);
    return invite.toString();
  }

  /**
   * Publishes an invite and does not wait: through an outage it is stored when Kafka is back.
   *
   * @param stored is told where it stands
   */
  public void inviteLater(CallId call, UserId callee, Duration ring, Consumer<Origin> stored) {
    String value = inviteJson(call, callee, ring);
    var record = new ProducerRecord<>(INVITES, bytes(callee.value()), bytes(value));
    var _ =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure == null) {
                Origin origin = origin(metadata);
                invited.put(origin, value);
                stored.accept(origin);
              }
            });
  }

  /** Tells something of a call, and does not wait. */
  public void signalLater(CallId call, String type, Consumer<Origin> stored) {
    signalLater(call, JSON.createObjectNode().put("type", type), stored);
  }

  /** Tells that a phone rings, and does not wait. */
  public void ringingLater(CallId call, UserId callee, DeviceId device, Consumer<Origin> stored) {
    ObjectNode signal = JSON.createObjectNode().put("type", "ringing");
    signalLater(call, signal.put("callee", callee.value()).put("deviceId", device.value()), stored);
  }

  private void signalLater(CallId call, ObjectNode signal, Consumer<Origin> stored) {
    String value = signal.put("callId", call.value()).toString();
    var record = new ProducerRecord<>(SIGNALS, bytes(call.value()), bytes(value));
    var _ =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure == null) {
                stored.accept(origin(metadata));
              }
            });
  }

  /** Publishes any record on the topic of invites. */
  public Origin publish(@Nullable String key, String value) {
    return publish(new ProducerRecord<>(INVITES, key == null ? null : bytes(key), bytes(value)));
  }

  /** Publishes any record, with any headers, on the topic of invites. */
  public Origin publish(ProducerRecord<byte[], byte[]> record) {
    Origin origin = store(record);
    invited.put(origin, new String(record.value(), StandardCharsets.UTF_8));
    return origin;
  }

  /** Publishes any record on any topic. */
  public Origin store(ProducerRecord<byte[], byte[]> record) {
    return origin(send(record));
  }

  private static Origin origin(RecordMetadata stored) {
    return new Origin(
        stored.topic(),
        stored.partition(),
        stored.offset(),
        Instant.ofEpochMilli(stored.timestamp()));
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Everything that was published on the topic of invites. */
  public Map<Origin, String> invited() {
    return Map.copyOf(invited);
  }

  /** Whether phones rang: one event for each accepted call at most. */
  public List<JsonNode> secondVerdicts() {
    return told.secondVerdicts();
  }

  /** The invites of which more than one second verdict was told. */
  public List<String> doubledSecondVerdicts() {
    return told.doubledSecondVerdicts();
  }

  /** Every result so far, but for second verdicts. */
  public List<JsonNode> results() {
    return told.results();
  }

  /** The results of one invite so far. */
  public List<JsonNode> results(Origin origin) {
    return told.results(origin);
  }

  /** The results of one invite so far as they stand on the topic. */
  public List<ConsumerRecord<byte[], byte[]>> resultRecords(Origin origin) {
    return told.resultRecords(origin);
  }

  /** Every result so far as it stands on the topic. */
  public List<ConsumerRecord<byte[], byte[]>> resultRecords() {
    return told.resultRecords();
  }

  /** Every dead letter so far. */
  public List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    return told.deadLetters();
  }

  @Override
  public void close() {
    reader.wakeup();
    try {
      reading.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ZERO);
    if (!told.spilled().isEmpty()) {
      throw new IllegalStateException("secrets were told: " + told.spilled());
    }
  }

  /** Where reading begins is settled on return: what is told afterwards is read. */
  private void begin(From from) {
    List<TopicPartition> partitions =
        Stream.of(RESULTS, DEAD_LETTERS)
            .flatMap(topic -> reader.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    reader.assign(partitions);
    switch (from) {
      case BEGINNING -> reader.seekToBeginning(partitions);
      case NOW -> {
        reader.seekToEnd(partitions);
        partitions.forEach(reader::position);
      }
    }
  }

  private void read() {
    try (reader) {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
          told.add(record);
        }
      }
    } catch (WakeupException _) {
      // close() ends the reading.
    }
  }

  private RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
    try {
      return producer.send(record).get(STORED_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the platform could not publish to " + record.topic(), e);
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static byte[] key(UserId user, Device device) {
    return new DeviceKey(user, device.id(), device.kind()).bytes();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The object in a record's value, whether it stands there plain or as a CloudEvent. */
  public static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
    return json(
        new String(
            CloudEvent.plain(record.value(), ContentMode.of(record.headers())),
            StandardCharsets.UTF_8));
  }

  /** Reads JSON that must be JSON. */
  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }
}
