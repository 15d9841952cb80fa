package dev.ringpost.tools.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Envelope;
import dev.ringpost.testing.LocalKafka;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The reading of a stretch of time: all that stands in it, and little else. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class TopicReaderTest {

  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final Map<String, String> BY_PRODUCERS =
      Map.of("message.timestamp.type", "CreateTime");

  private static final LocalKafka cluster = LocalKafka.start();
  private static final Map<String, Object> CLIENT =
      Map.of("bootstrap.servers", cluster.bootstrapServers());
  private static final Admin admin = Admin.create(CLIENT);
  private static final KafkaProducer<byte[], byte[]> producer = producer(CLIENT);

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  /** A moment so long ago that no clock reaches from it to now. */
  private final Instant then = now.minus(Duration.ofHours(3));

  private final List<String> found = new ArrayList<>();

  @AfterAll
  static void stop() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
    cluster.close();
  }

  @Test
  void aRecordOfAClockThatIsAheadHidesNothingBehindIt() throws Exception {
    create("ahead", BY_PRODUCERS);
    write("ahead", then, "first");
    write("ahead", then.plus(Duration.ofMinutes(10)), "ahead");
    write("ahead", then.plusSeconds(1), "behind it");

    read("ahead", aroundThen());

    assertThat(found).containsExactly("first", "behind it");
  }

  @Test
  void neitherOlderRecordsNorMuchYoungerOnesAreRead() throws Exception {
    create("long", BY_PRODUCERS);
    for (int i = 0; i < 20; i++) {
      write("long", then.minus(Duration.ofHours(1)).plusMillis(i), "before");
    }
    write("long", then, "first");
    write("long", then.plus(Duration.ofMinutes(30)), "as far as a clock may be ahead");
    for (int i = 0; i < 20; i++) {
      write("long", then.plus(Duration.ofHours(2)).plusMillis(i), "after");
    }

    TopicReader.Summary summary = read("long", aroundThen());

    assertThat(found).containsExactly("first");
    assertThat(summary.offsets()).isEqualTo(2);
  }

  /** Older brokers take every time, and so may a topic. */
  @Test
  void upToNowNothingIsHiddenHoweverFarAClockIsAhead() throws Exception {
    create(
        "far-ahead",
        Map.of(
            "message.timestamp.type",
            "CreateTime",
            "message.timestamp.after.max.ms",
            Long.toString(Long.MAX_VALUE)));
    write("far-ahead", now.minusSeconds(3), "first");
    write("far-ahead", now.plus(Duration.ofDays(1)), "ahead");
    write("far-ahead", now.minusSeconds(2), "behind it");

    read("far-ahead", Stretch.upTo(now, Duration.ofMinutes(15)));

    assertThat(found).containsExactly("first", "behind it");
  }

  @Test
  void whereTheBrokerSetsTheTimeNothingBeyondTheStretchIsRead() throws Exception {
    create("by-broker", Map.of("message.timestamp.type", "LogAppendTime"));
    Instant first = write("by-broker", now, "first");
    Instant to = first.plusMillis(1);
    await().atMost(WITHIN).until(() -> Instant.now().isAfter(to.plusMillis(5)));
    for (int i = 0; i < 20; i++) {
      write("by-broker", now, "after");
    }

    TopicReader.Summary summary = read("by-broker", new Stretch(first.minusSeconds(60), to));

    assertThat(found).containsExactly("first");
    assertThat(summary.offsets()).isOne();
  }

  /** As for workers: a hanging transaction holds up the views, and no invites. */
  @Test
  void anOpenTransactionHoldsUpOnlyWhatIsReadCommitted() throws Exception {
    create("invites", BY_PRODUCERS);
    create("tokens", BY_PRODUCERS);
    try (var hanging = transactional("hangs")) {
      for (String topic : List.of("invites", "tokens")) {
        hanging.send(record(topic, now, topic + " open")).get();
        write(topic, now, topic + " behind it");
      }

      try (var reader = TopicReader.likeWorkers(CLIENT, "invites")) {
        TopicReader.Summary summary = readUpToNow(reader, List.of("tokens", "invites", "none"));

        assertThat(found).containsExactly("invites open", "invites behind it");
        assertThat(summary).isEqualTo(new TopicReader.Summary(2, List.of("none")));
        assertThat(reader.end("invites", 0)).isEqualTo(2);
        assertThat(reader.end("tokens", 0)).isZero();
      }
      found.clear();
      try (var reader = new TopicReader(CLIENT, Set.of("invites"))) {
        assertThat(reader.from("invites", 0, 1, this::take, (_, _) -> {})).isTrue();
      }
      assertThat(found).containsExactly("invites behind it");
      hanging.abortTransaction();
    }
  }

  @Test
  void whereWorkersReadCommittedInvitesOnlySoDoesWhoReadsLikeThem() throws Exception {
    create("committed", BY_PRODUCERS);
    try (var hanging = transactional("hangs-too")) {
      hanging.send(record("committed", now, "open")).get();
      Map<String, Object> client = with("isolation.level", "read_committed");
      try (var reader = TopicReader.likeWorkers(client, "committed")) {
        readUpToNow(reader, List.of("committed"));
      }
      hanging.abortTransaction();
    }

    assertThat(found).isEmpty();
  }

  private static void create(String topic, Map<String, String> settings) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(settings))).all().get();
  }

  /** Stores a record; returns its time. */
  private static Instant write(String topic, Instant at, String text) throws Exception {
    return Instant.ofEpochMilli(producer.send(record(topic, at, text)).get().timestamp());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, Instant at, String text) {
    return new ProducerRecord<>(topic, 0, at.toEpochMilli(), null, text.getBytes(UTF_8));
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A producer with a transaction that has begun. */
  private static KafkaProducer<byte[], byte[]> transactional(String id) {
    KafkaProducer<byte[], byte[]> begun = producer(with("transactional.id", id));
    begun.initTransactions();
    begun.beginTransaction();
    return begun;
  }

  private static Map<String, Object> with(String name, String value) {
    Map<String, Object> properties = new HashMap<>(CLIENT);
    properties.put(name, value);
    return properties;
  }

  private Stretch aroundThen() {
    return new Stretch(then.minus(Duration.ofMinutes(1)), then.plus(Duration.ofMinutes(5)));
  }

  private TopicReader.Summary read(String topic, Stretch stretch) throws Exception {
    try (var reader = new TopicReader(CLIENT)) {
      return reader.read(List.of(topic), stretch, this::take, (_, _) -> {});
    }
  }

  private TopicReader.Summary readUpToNow(TopicReader reader, List<String> topics)
      throws Exception {
    Stretch stretch = Stretch.upTo(now, Duration.ofMinutes(15));
    return reader.read(topics, stretch, this::take, (_, _) -> {});
  }

  private void take(Envelope envelope) {
    found.add(new String(Objects.requireNonNull(envelope.value()), UTF_8));
  }
}
