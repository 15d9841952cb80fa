package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.ringpost.call.CallId;
import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.DamagedLog;
import dev.ringpost.testing.DamagedLog.Damage;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TestInTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Results that are lost: by one flipped byte on a broker's disk, or by retention. What is lost is
 * counted and named, and the others are told.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
class DamagedResultsTest {

  private static final String RESULTS = "call-push-results";
  private static final String GROUP = "webhook";
  private static final TopicPartition DAMAGED = new TopicPartition(RESULTS, 0);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final GatewayMeters meters = new GatewayMeters(new Telemetry(registry));
  private final List<String> told = new CopyOnWriteArrayList<>();
  private LocalKafka kafka;
  private HttpServer receiver;

  @BeforeEach
  void start() throws Exception {
    kafka = LocalKafka.start();
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          told.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(RESULTS, 2, (short) 1))).all().get();
      // from the beginning, as if it had been committed before the batches came
      var begin = new OffsetAndMetadata(0);
      admin.alterConsumerGroupOffsets(GROUP, Map.of(DAMAGED, begin, whole(), begin)).all().get();
    }
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
    kafka.close();
  }

  @TestInTurn
  void clientsHearTheVerdictsBehindIt() throws Exception {
    var memory = new CallMemory(100);
    damageOneOfThreeBatches();

    var settings = settings();
    try (var follower = ResultFollower.start(fromTheBeginning(), settings, meters, memory)) {
      soon().until(() -> memory.of(new CallId("behind")).isPresent());
      soon().until(() -> memory.of(new CallId("beside")).isPresent());
      assertThat(memory.of(new CallId("before"))).isPresent();
      assertThat(memory.of(new CallId("DAMAGEME"))).isEmpty();
      assertThat(unreadable("verdicts")).isEqualTo(3);
      assertThat(follower.alive()).isTrue();
    }
  }

  /** A batch that is the first and the last of its partition: the search meets the log's end. */
  @TestInTurn
  void aPartitionThatHoldsNothingElseIsPassedToItsEnd() throws Exception {
    var memory = new CallMemory(100);
    store(0, "one", "DAMAGEME", "three");
    damage();

    try (var _ = ResultFollower.start(fromTheBeginning(), settings(), meters, memory)) {
      soon().until(() -> unreadable("verdicts") == 3);
      store(0, "later");
      soon().until(() -> memory.of(new CallId("later")).isPresent());
    }
  }

  @TestInTurn
  void theWebhookIsToldTheVerdictsBehindItOnceAndCommitsWhatItPassed() throws Exception {
    damageOneOfThreeBatches();

    var settings = settings();
    var webhook = settings.webhook().orElseThrow();
    WebhookKey key = WebhookKey.of("hunter2-hunter2-hunter2-hunter2-");
    try (var _ = Webhooks.start(settings, webhook, key, meters, InstantSource.system())) {
      soon().until(() -> told.size() >= 3);
      assertThat(unreadable("webhook")).isEqualTo(3);
      soon().until(() -> committed(DAMAGED) == 5);
    }
    assertThat(told)
        .hasSize(3)
        .anyMatch(body -> body.contains("before"))
        .anyMatch(body -> body.contains("behind"))
        .anyMatch(body -> body.contains("beside"));
  }

  /** As after gateways were away for longer than Kafka keeps results. */
  @TestInTurn
  void whatRetentionRemovedIsCountedAndTheWebhookIsToldTheRest() throws Exception {
    store(0, "one", "two");
    store(0, "kept");
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteRecords(Map.of(DAMAGED, RecordsToDelete.beforeOffset(2))).all().get();
    }

    var settings = settings();
    var webhook = settings.webhook().orElseThrow();
    WebhookKey key = WebhookKey.of("hunter2-hunter2-hunter2-hunter2-");
    try (var _ = Webhooks.start(settings, webhook, key, meters, InstantSource.system())) {
      soon().until(() -> committed(DAMAGED) == 3);
    }
    assertThat(told).singleElement().asString().contains("kept");
    assertThat(registry.get("ringpost.gateway.results.removed").counter().count()).isEqualTo(2);
  }

  /** In partition 0 one result, three in the damaged batch, one behind it; in 1 another. */
  private void damageOneOfThreeBatches() throws Exception {
    store(0, "before");
    store(0, "one", "DAMAGEME", "three");
    store(0, "behind");
    store(1, "beside");
    damage();
  }

  private void damage() throws Exception {
    DamagedLog.damage(kafka.bootstrapServers(), DAMAGED, "DAMAGEME", Damage.VALUE);
  }

  /** Stores final verdicts on calls in one batch. */
  private void store(int partition, String... calls) {
    Map<String, Object> inOneBatch =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 1000);
    try (var producer =
        new KafkaProducer<>(inOneBatch, new StringSerializer(), new StringSerializer())) {
      for (String call : calls) {
        String result =
            """
            {"callId":"%s","callee":"a","verdict":"accepted","final":true,
             "invite":{"topic":"call-invites","partition":0,"offset":%d}}\
            """
                .formatted(call, call.hashCode() & 0xffff);
        var _ = producer.send(new ProducerRecord<>(RESULTS, partition, null, result));
      }
      producer.flush();
    }
  }

  /** A follower begins at the end; this one finds there what was damaged before. */
  private KafkaConsumer<byte[], byte[]> fromTheBeginning() {
    return new KafkaConsumer<>(ResultFollower.properties(settings())) {
      @Override
      public void seekToEnd(Collection<TopicPartition> partitions) {
        seekToBeginning(partitions);
      }
    };
  }

  private long committed(TopicPartition partition) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return requireNonNull(
              admin
                  .listConsumerGroupOffsets(GROUP)
                  .partitionsToOffsetAndMetadata()
                  .get()
                  .get(partition))
          .offset();
    }
  }

  private double unreadable(String reader) {
    return registry
        .find("ringpost.gateway.results.unreadable")
        .tag("reader", reader)
        .counters()
        .stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private static TopicPartition whole() {
    return new TopicPartition(RESULTS, 1);
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(40));
  }

  private GatewaySettings settings() {
    URI url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/");
    return new GatewaySettings(
        "127.0.0.1",
        0,
        Optional.empty(),
        Optional.empty(),
        new GatewaySettings.Topics("call-invites", "voip-tokens", "call-signals", RESULTS),
        new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
        Duration.ofSeconds(10),
        2,
        100,
        Duration.ofSeconds(2),
        Optional.of(new GatewaySettings.Webhook(url, Path.of("unread"), GROUP, 5)),
        Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }
}
