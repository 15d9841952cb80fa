package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The drill of a start behind a million invites that are over, as after an hour without workers.
 * Fresh ones stand behind them, and one of the two workers is killed on the way.
 */
@Isolated
@Timeout(500)
class StaleStartDrill {

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final int STALE = 1_000_000;
  private static final int USERS = 60;
  private static final Duration PACE = Duration.ofMillis(20);
  private static final Duration WITHIN = Duration.ofSeconds(200);

  /** As long as a call may ring, for everything before it must be told first. */
  private static final Duration FRESH_RING = Duration.ofSeconds(115);

  private final Map<Integer, BitSet> told = new ConcurrentHashMap<>();
  private final Map<String, String> freshVerdicts = new ConcurrentHashMap<>();
  private final Map<Integer, Long> firstStale = new ConcurrentHashMap<>();
  private final AtomicLong wrong = new AtomicLong();

  @Test
  void eachIsToldNoneRingsAndTheFreshOnesDo(@TempDir Path folder) {
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    try (var kafka = LocalKafka.start();
        var apns = LocalApns.builder(credentials).topic(APP.voipTopic()).key(key).start()) {
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .apns(credentials, apns, apns)
              .apps(APP.value(), key)
              .write(folder.resolve("ringpost.yaml"));
      whileAWorkerIsThere(config, folder, kafka.bootstrapServers());
      long ringsBefore = apns.received();
      publishStale(kafka.bootstrapServers());
      publishFresh(kafka.bootstrapServers());
      try (var first = WorkerProcess.start(config, folder, "first");
          var second = WorkerProcess.start(config, folder, "second");
          var results = results(kafka.bootstrapServers())) {
        await().atMost(WITHIN).until(() -> read(results) > STALE / 4);
        assertThat(read(results)).as("the kill is in the middle").isLessThan(STALE);
        first.kill();
        await().atMost(WITHIN).until(() -> read(results) >= STALE && freshVerdicts.size() == USERS);

        assertThat(wrong).as("other results of what was over").hasValue(0);
        assertThat(freshVerdicts.values()).containsOnly("accepted");
        assertThat(apns.pushes().stream().skip(ringsBefore))
            .allSatisfy(
                push -> assertThat(push.json().at("/call/id").asText()).startsWith("fresh-"));
        assertThat(second.terminate()).isZero();
      }
    }
  }

  /** Has the group stand somewhere: a partition that nobody has read begins with what may ring. */
  private static void whileAWorkerIsThere(Path config, Path folder, String bootstrapServers) {
    try (var worker = WorkerProcess.start(config, folder, "before")) {
      worker.awaitReady(); // it has made the topics
      try (var platform = CallPlatform.fromNow(bootstrapServers)) {
        callEverybody(platform);
      }
      assertThat(worker.terminate()).isZero();
    }
  }

  private static void callEverybody(CallPlatform platform) {
    for (int user = 0; user < USERS; user++) {
      platform.register(user(user), phone(user));
    }
    List<Origin> calls = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      calls.add(platform.invite(new CallId("before-" + user), user(user), FRESH_RING));
      LockSupport.parkNanos(PACE.toNanos());
    }
    await()
        .atMost(WITHIN)
        .until(() -> calls.stream().noneMatch(it -> platform.results(it).isEmpty()));
  }

  private void publishStale(String bootstrapServers) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", bootstrapServers, "linger.ms", 20, "batch.size", 262_144),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int call = 0; call < STALE; call++) {
        int user = call % USERS;
        byte[] invite = staleInvite(call, user).getBytes(UTF_8);
        var record =
            new ProducerRecord<>(CallPlatform.INVITES, user(user).value().getBytes(UTF_8), invite);
        var _ =
            producer.send(
                record,
                (stored, failure) -> {
                  if (failure == null) {
                    firstStale.merge(stored.partition(), stored.offset(), Math::min);
                  } else {
                    wrong.incrementAndGet();
                  }
                });
      }
    }
    LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
    assertThat(wrong).as("not stored").hasValue(0);
  }

  /** So short that all are over when a worker comes. */
  private static String staleInvite(int call, int user) {
    return """
    {"callId":"stale-%d","callee":"user-%d","ringSeconds":1,"caller":{"uri":"sip:bob@example.com"}}
    """
        .formatted(call, user);
  }

  /** It is gone before the results come: it would keep them all. */
  private static void publishFresh(String bootstrapServers) {
    try (var platform = CallPlatform.fromNow(bootstrapServers)) {
      for (int user = 0; user < USERS; user++) {
        var _ = platform.invite(new CallId("fresh-" + user), user(user), FRESH_RING);
      }
    }
  }

  private static KafkaConsumer<byte[], byte[]> results(String bootstrapServers) {
    var reader =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", bootstrapServers, "max.poll.records", 20_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        reader.partitionsFor(CallPlatform.RESULTS).stream()
            .map(it -> new TopicPartition(it.topic(), it.partition()))
            .toList();
    reader.assign(partitions);
    reader.seekToBeginning(partitions);
    return reader;
  }

  /** Reads what was told since; returns how many of those that are over have their verdict. */
  private long read(KafkaConsumer<byte[], byte[]> results) {
    long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
    do {
      for (ConsumerRecord<byte[], byte[]> record : results.poll(Duration.ofMillis(100))) {
        take(CallPlatform.json(record));
      }
    } while (System.nanoTime() - until < 0);
    return told.values().stream().mapToLong(BitSet::cardinality).sum();
  }

  private void take(JsonNode result) {
    String call = result.path("callId").asText();
    String verdict = result.path("verdict").asText();
    if (call.startsWith("fresh-")) {
      if (result.path("final").asBoolean()) {
        freshVerdicts.put(call, verdict);
      }
    } else if (call.startsWith("stale-")) {
      int partition = result.at("/invite/partition").asInt();
      long offset = result.at("/invite/offset").asLong() - firstStale.getOrDefault(partition, 0L);
      told.computeIfAbsent(partition, _ -> new BitSet()).set((int) offset);
      if (!verdict.equals("expired")) {
        wrong.incrementAndGet();
      }
    }
  }

  private static UserId user(int number) {
    return new UserId("user-" + number);
  }

  private static Device phone(int user) {
    return new Device(
        new DeviceId("iphone-1"),
        VoipToken.parse("%064x".formatted(user)),
        APP,
        Environment.PRODUCTION,
        Instant.now());
  }
}
