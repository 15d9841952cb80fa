package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.trace.TraceReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The measurement of the time that {@code ringpost trace} takes for one call among many: a million
 * invites and a million results, half of which stand in the stretch that is read. All in one JVM
 * with an embedded Kafka.
 */
public final class TraceTimes {

  private static final int CALLS = 1_000_000;
  private static final int PARTITIONS = 12;
  private static final int TURNS = 5;
  private static final Duration STRETCH = Duration.ofMinutes(15);

  private TraceTimes() {}

  /** Runs it and prints each turn. */
  public static void main(String[] arguments) throws Exception {
    Path folder = TemporaryFolder.create("ringpost-trace-times");
    try (LocalKafka kafka = LocalKafka.start()) {
      RingpostConfig config =
          ConfigLoader.loadWithoutApple(
              ConfigFile.of(kafka.bootstrapServers()).write(folder.resolve("ringpost.yaml")),
              Map.of());
      Instant now = Instant.now();
      fill(kafka.bootstrapServers(), config, now);
      var call = new CallId("call-" + (CALLS - 1_000));
      List<Long> millis = new ArrayList<>();
      for (int turn = 0; turn < TURNS; turn++) {
        long begin = System.nanoTime();
        TraceReport report =
            TraceReport.read(config, call, Stretch.upTo(now, STRETCH), now, (_, _) -> {});
        millis.add((System.nanoTime() - begin) / 1_000_000);
        if (!report.isFound()) {
          throw new IllegalStateException("the call was not found");
        }
        System.out.println(read(report) + " " + millis.getLast() + " ms");
      }
      System.out.println("median " + millis.stream().sorted().toList().get(TURNS / 2) + " ms");
    }
  }

  private static String read(TraceReport report) {
    return report.text().stream()
        .filter(line -> line.startsWith("Read: "))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the report does not say what was read"));
  }

  /** Half of the records are older than the stretch. */
  private static void fill(String bootstrapServers, RingpostConfig config, Instant now)
      throws Exception {
    RingpostConfig.Topics topics = config.topics();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      List<NewTopic> all = new ArrayList<>();
      List<String> names =
          new ArrayList<>(
              List.of(topics.invites(), topics.results(), topics.signals(), topics.deadLetters()));
      names.addAll(config.topics().retries(config.retry().count()));
      for (String topic : names) {
        all.add(
            new NewTopic(topic, PARTITIONS, (short) 1)
                .configs(Map.of("message.timestamp.type", "CreateTime")));
      }
      var _ = admin.createTopics(all).all().get();
    }
    // One request under way: a new topic's leader may refuse a first batch and store the second.
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "linger.ms",
            20,
            "batch.size",
            1 << 17,
            "max.in.flight.requests.per.connection",
            1);
    var failed = new AtomicReference<@Nullable Exception>();
    long first = now.minus(STRETCH.multipliedBy(2)).toEpochMilli();
    double step = (double) STRETCH.multipliedBy(2).toMillis() / CALLS;
    try (var producer =
        new KafkaProducer<byte[], byte[]>(
            properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int number = 0; number < CALLS; number++) {
        String call = "call-" + number;
        int partition = number % PARTITIONS;
        long time = first + (long) (number * step);
        send(producer, failed, topics.invites(), partition, time, invite(call));
        send(
            producer,
            failed,
            topics.results(),
            partition,
            time + 50,
            result(call, partition, number));
      }
      producer.flush();
    }
    Exception failure = failed.get();
    if (failure != null) {
      throw failure;
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      AtomicReference<@Nullable Exception> failed,
      String topic,
      int partition,
      long time,
      String json) {
    var _ =
        producer.send(
            new ProducerRecord<>(topic, partition, time, null, json.getBytes(UTF_8)),
            (_, failure) -> {
              if (failure != null) {
                failed.set(failure);
              }
            });
  }

  private static String invite(String call) {
    return """
    {"callId":"%s","callee":"alice","caller":{"uri":"sip:bob@example.com","name":"Bob"},\
    "ringSeconds":30}\
    """
        .formatted(call);
  }

  private static String result(String call, int partition, int number) {
    return """
    {"callId":"%s","callUuid":"1b6000c8-e180-547b-a426-33e503d15639","callee":"alice","invite":\
    {"topic":"call-invites","partition":%d,"offset":%d},"attempt":1,"final":true,"verdict":\
    "accepted","suggest":"none","looked":{"registered":2,"dead":0,"otherApp":0,"unreadable":0,\
    "excluded":0},"devices":[{"deviceId":"iphone-1","tokenDigest":"32bc843d1e3b","app":\
    "com.example.phone","registeredEnvironment":"production","outcome":"accepted","apnsId":\
    "be324cd2-1b17-5e6a-bf0b-dab66ec56279","status":200,"connection":"production-1","tries":1,\
    "millis":43}],"invitedAt":"2026-11-24T09:30:00.000Z","expiresAt":"2026-11-24T09:30:30.000Z",\
    "decidedAt":"2026-11-24T09:30:00.085Z"}\
    """
        .formatted(call, partition, number / PARTITIONS);
  }
}
