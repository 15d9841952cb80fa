package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.directory.Directory;
import dev.ringpost.directory.DirectorySettings;
import dev.ringpost.directory.ViewCheck;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.Poll;
import dev.ringpost.tools.topics.TopicRule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A benchmark of a start on a topic of registrations whose devices have registered again and again:
 * with Kafka's settings of compaction, and with those that Ringpost creates the topic with. Each
 * device registers eight times; then Kafka has the time to compact, and processes of their own load
 * the views, in turns. All times of the topics are {@value #SCALE} times shorter than in earnest,
 * so that a segment of an hour lasts two seconds and one of a week five and a half minutes. The
 * first argument is the number of devices (500,000), the second that of the turns (3).
 *
 * <p>{@code mvn test-compile exec:exec@bench-churn}
 */
public final class ChurnedStart {

  private static final int SCALE = 1800;
  private static final int DEVICES = 500_000;
  private static final int ROUNDS = 8;
  private static final int TURNS = 3;
  private static final int PARTITIONS = 12;
  private static final int PER_USER = 2;

  /**
   * The memory that Kafka's cleaner has by default, of which the embedded Kafka leaves a sixtieth,
   * and a shorter wait between its looks, as all times are shorter here.
   */
  private static final Map<String, String> BROKER =
      Map.of("log.cleaner.dedupe.buffer.size", "134217728", "log.cleaner.backoff.ms", "1000");

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** So long the size of a topic stands before its compaction counts as done: over the lag. */
  private static final int STEADY_LOOKS = 20;

  private static final Duration COMPACTED_WITHIN = Duration.ofMinutes(6);
  private static final Duration LOADED_WITHIN = Duration.ofMinutes(5);

  /** The topic of registrations under measure, by how it is set. */
  private enum Churned {
    KAFKAS("Kafka's settings", "tokens-by-kafka"),
    RINGPOSTS("Ringpost's settings", "tokens-by-ringpost");

    private final String words;
    private final String topic;

    Churned(String words, String topic) {
      this.words = words;
      this.topic = topic;
    }

    /** Compaction as in earnest, in shorter times. */
    Map<String, String> settings() {
      Map<String, String> settings = new LinkedHashMap<>();
      switch (this) {
        case KAFKAS -> {
          settings.put("cleanup.policy", "compact");
          settings.put("segment.ms", String.valueOf(Duration.ofDays(7).toMillis()));
        }
        case RINGPOSTS ->
            settings.putAll(
                TopicRule.of(topics(topic), 0).stream()
                    .filter(rule -> rule.name().equals(topic))
                    .findFirst()
                    .orElseThrow()
                    .settings(1));
      }
      settings.replaceAll(
          (name, value) ->
              name.endsWith(".ms") ? String.valueOf(Long.parseLong(value) / SCALE) : value);
      return settings;
    }
  }

  private final String bootstrapServers;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int devices;

  private ChurnedStart(
      String bootstrapServers, Admin admin, KafkaProducer<byte[], byte[]> producer, int devices) {
    this.bootstrapServers = bootstrapServers;
    this.admin = admin;
    this.producer = producer;
    this.devices = devices;
  }

  public static void main(String[] arguments) throws Exception {
    int devices = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEVICES;
    int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : TURNS;
    try (var kafka = KafkaProcess.start(BROKER)) {
      String bootstrap = kafka.bootstrapServers();
      try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
          var producer =
              new KafkaProducer<>(
                  Map.of(
                      "bootstrap.servers",
                      bootstrap,
                      "linger.ms",
                      20,
                      "batch.size",
                      1 << 17,
                      "enable.idempotence",
                      false),
                  new ByteArraySerializer(),
                  new ByteArraySerializer())) {
        new ChurnedStart(bootstrap, admin, producer, devices).measure(turns);
      }
    }
    System.exit(0);
  }

  private void measure(int turns) throws Exception {
    create(CallPlatform.INVALIDATIONS, 1, Map.of());
    create(CallPlatform.SIGNALS, 1, Map.of());
    for (Churned churned : Churned.values()) {
      create(churned.topic, PARTITIONS, churned.settings());
      for (int round = 0; round < ROUNDS; round++) {
        register(churned.topic, devices);
      }
      awaitCompacted(churned.topic);
      ViewCheck.Reading reading =
          ViewCheck.ofTokens(settings(bootstrapServers, churned.topic)).read(LOADED_WITHIN);
      System.out.printf(
          "%-20s %,d devices, %d registrations each: %,d records, %.2f per device, %,d MB%n",
          churned.words,
          devices,
          ROUNDS,
          reading.records(),
          (double) reading.records() / devices,
          size(churned.topic) / 1_000_000);
    }
    for (int turn = 1; turn <= turns; turn++) {
      for (Churned churned : Churned.values()) {
        load(turn, churned);
      }
    }
  }

  /** A start in a process of its own: it has compiled nothing yet, as a worker's has not. */
  private void load(int turn, Churned churned) {
    MachineLoad machine = MachineLoad.now();
    try (Child child = Child.start(Loader.class, bootstrapServers, churned.topic)) {
      Duration before = child.cpu();
      Duration loaded = Duration.ofMillis(Long.parseLong(child.ask("load")));
      Duration cpu = child.cpu().minus(before);
      System.out.printf(
          "turn %d  %-20s views loaded after %.2f s, processor time %.2f s, cores busy with all"
              + " else %.2f%n",
          turn,
          churned.words,
          loaded.toMillis() / 1e3,
          cpu.toMillis() / 1e3,
          machine.othersSince(cpu).orElse(Double.NaN));
    }
  }

  /** Each of the first devices registers. */
  private void register(String topic, int count) {
    String now = Instant.now().toString();
    for (int index = 0; index < count; index++) {
      String key = "user%012d/%08x".formatted(index / PER_USER * 7919L, index);
      String value =
          """
          {"token":"%s","environment":"production","bundleId":"com.example.phone",\
          "registeredAt":"%s"}\
          """
              .formatted(token(index), now);
      var _ =
          producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8)));
    }
    producer.flush();
  }

  private static String token(int device) {
    HexFormat hex = HexFormat.of();
    long mixed = (device + 1) * 0x9E3779B97F4A7C15L;
    return hex.toHexDigits(mixed)
        + hex.toHexDigits(~mixed)
        + hex.toHexDigits(mixed * 31)
        + hex.toHexDigits((long) device);
  }

  /**
   * Waits until the topic no longer shrinks. A broker closes a segment only when a record comes, so
   * a few devices go on registering.
   */
  private void awaitCompacted(String topic) {
    List<Long> sizes = new ArrayList<>();
    Poll.until(
        COMPACTED_WITHIN,
        LOOK,
        () -> {
          register(topic, PARTITIONS * 4);
          sizes.add(size(topic));
          int looks = sizes.size();
          return looks > STEADY_LOOKS
              && sizes.get(looks - 1) >= sizes.get(looks - 1 - STEADY_LOOKS);
        });
  }

  private long size(String topic) throws Exception {
    List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
    return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
        .flatMap(folders -> folders.values().stream())
        .flatMap(folder -> folder.replicaInfos().entrySet().stream())
        .filter(replica -> replica.getKey().topic().equals(topic))
        .mapToLong(replica -> replica.getValue().size())
        .sum();
  }

  private void create(String name, int partitions, Map<String, String> settings) throws Exception {
    var topic = new NewTopic(name, Optional.of(partitions), Optional.of((short) 1));
    admin.createTopics(List.of(topic.configs(settings))).all().get();
  }

  private static DirectorySettings settings(String bootstrapServers, String tokens) {
    return DirectorySettings.of(
        tokens,
        CallPlatform.INVALIDATIONS,
        CallPlatform.SIGNALS,
        Duration.ofMinutes(2),
        Map.of("bootstrap.servers", bootstrapServers),
        true);
  }

  private static Topics topics(String tokens) {
    return new Topics(
        true,
        1,
        PARTITIONS,
        "invites",
        tokens,
        "dead",
        "signals",
        "results",
        "retry",
        "missed",
        "dlq",
        Optional.empty());
  }

  /** A process that loads the views once. */
  public static final class Loader {

    private static final Duration CLOSE_LOOK = Duration.ofMillis(5);

    private Loader() {}

    /** The child; its arguments are the bootstrap servers and the topic of registrations. */
    public static void main(String[] arguments) throws Exception {
      var meters = new DirectoryMeters(new Telemetry(new SimpleMeterRegistry()));
      Child.serve(
          "here",
          _ -> {
            long start = System.nanoTime();
            try (var directory =
                new Directory(
                    settings(arguments[0], arguments[1]), meters, InstantSource.system())) {
              directory.start();
              Poll.until(LOADED_WITHIN, CLOSE_LOOK, directory::loaded);
              return String.valueOf((System.nanoTime() - start) / 1_000_000);
            }
          });
      System.exit(0);
    }
  }
}
