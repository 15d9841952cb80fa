package dev.ringpost.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.events.RingSettings;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.intake.IntakeSettings.Source;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.DamagedLog;
import dev.ringpost.testing.DamagedLog.Damage;
import dev.ringpost.testing.LocalKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The loop of intake with Kafka's own consumers on a broker, under both group protocols. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
class IntakeOnKafkaIT {

  private static LocalKafka kafka;
  private static Admin admin;
  private static KafkaProducer<byte[], byte[]> producer;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() {
    kafka =
        LocalKafka.start(
            Map.of(
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found", "true"));
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    producer = producer(Map.of());
  }

  @AfterAll
  static void stop() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
    kafka.close();
  }

  @ParameterizedTest
  @CsvSource({"VALUE,CLASSIC", "FORMAT,CLASSIC", "VALUE,CONSUMER", "FORMAT,CONSUMER"})
  void oneWrongByteOnABrokersDiskHoldsUpItsOwnPartitionOnly(Damage damage, GroupProtocol protocol)
      throws Exception {
    String topic = "damaged-%s-%s".formatted(damage, protocol);
    damagedTopic(topic, damage);

    try (InviteConsumer intake = intake(new Source.Fresh(topic), topic, protocol, false)) {
      intake.start();
      soon().until(() -> blocked("record") == 1);
      for (int call = 0; call < 20; call++) {
        store(topic, 1, "other-" + call);
      }
      soon().until(() -> offsets(topic, 1).size() == 20);
      assertThat(offsets(topic, 0)).as("of the damaged partition").doesNotContain(1L);
      assertThat(assigned()).as("partitions assigned, once each").isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"VALUE,CLASSIC", "FORMAT,CONSUMER"})
  void bySettingADamagedRecordBecomesADeadLetterWithItsPosition(
      Damage damage, GroupProtocol protocol) throws Exception {
    String topic = "past-%s-%s".formatted(damage, protocol);
    damagedTopic(topic, damage);

    try (InviteConsumer intake = intake(new Source.Fresh(topic), topic, protocol, true)) {
      intake.start();
      soon().until(() -> offsets(topic, 0).equals(List.of(0L, 1L, 2L)));
      assertThat(arrivals.get(1))
          .isInstanceOfSatisfying(
              Arrival.Malformed.class,
              lost -> {
                assertThat(lost.flaw().reason()).isEqualTo(DeadLetterReason.UNREADABLE_RECORD);
                assertThat(lost.envelope().value()).isNull();
              });
      soon().until(() -> committed(topic, new TopicPartition(topic, 0)) == 3);
      soon().until(() -> blocked("record") == 0);
      assertThat(assigned()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void behindATransactionThereIsNoLag(GroupProtocol protocol) throws Exception {
    String topic = "transactions-" + protocol;
    create(topic, 1);
    var settings = Map.<String, Object>of("transactional.id", topic);
    try (InviteConsumer intake = intake(new Source.Fresh(topic), topic, protocol, false);
        KafkaProducer<byte[], byte[]> transactional = producer(settings)) {
      intake.start();
      transactional.initTransactions();
      for (int call = 0; call < 3; call++) {
        transactional.beginTransaction();
        transactional.send(new ProducerRecord<>(topic, 0, null, invite("in-" + call))).get();
        transactional.commitTransaction();
      }

      soon().until(() -> committed(topic, new TopicPartition(topic, 0)) == 6);
      assertThat(offsets(topic, 0)).containsExactly(0L, 2L, 4L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneRetryTopicThatMayNotBeReadDoesNotStopTheOthers(GroupProtocol protocol) throws Exception {
    String prefix = "ladder-" + protocol + "-";
    create(prefix + "1", 1);
    create(prefix + "2", 1);
    deny(prefix + "2");
    var ladder = new Source.Retries(prefix, List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)));

    try (InviteConsumer intake = intake(ladder, prefix, protocol, false)) {
      intake.start();
      store(prefix + "2", 0, "unseen");
      soon().until(() -> blocked("rights") == 1);
      store(prefix + "1", 0, "other");
      soon().until(() -> committed(prefix, new TopicPartition(prefix + "1", 0)) == 1);
      double failed = count("ringpost.commits", "end", "failed");
      store(prefix + "1", 0, "another");
      soon().until(() -> committed(prefix, new TopicPartition(prefix + "1", 0)) == 2);
      assertThat(offsets(prefix + "1", 0)).containsExactly(0L, 1L);
      assertThat(assigned()).isEqualTo(2);
      assertThat(count("ringpost.commits", "end", "failed"))
          .as("once it is known")
          .isEqualTo(failed);

      allow(prefix + "2");
      soon().until(() -> !offsets(prefix + "2", 0).isEmpty());
      soon().until(() -> blocked("rights") == 0);
    }
  }

  private static void damagedTopic(String topic, Damage damage) throws Exception {
    create(topic, 2);
    store(topic, 0, "before");
    store(topic, 0, "DAMAGEME");
    store(topic, 0, "behind");
    DamagedLog.damage(kafka.bootstrapServers(), new TopicPartition(topic, 0), "DAMAGEME", damage);
  }

  private InviteConsumer intake(
      Source source, String group, GroupProtocol protocol, boolean skipUnreadable) {
    return new InviteConsumer(
        new IntakeSettings(
            source,
            group,
            100,
            1000,
            skipUnreadable,
            new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
            protocol,
            Map.of("bootstrap.servers", kafka.bootstrapServers())),
        (arrival, _, decided) -> {
          arrivals.add(arrival);
          decided.run();
          return CompletableFuture.allOf();
        },
        () -> {},
        InstantSource.system(),
        new IntakeMeters(new Telemetry(registry), source.word()));
  }

  private List<Long> offsets(String topic, int partition) {
    return arrivals.stream()
        .map(arrival -> arrival.envelope().origin())
        .filter(origin -> origin.topic().equals(topic) && origin.partition() == partition)
        .map(origin -> origin.offset())
        .toList();
  }

  private double blocked(String obstacle) {
    return registry.get("ringpost.partitions.blocked").tag("obstacle", obstacle).gauge().value();
  }

  private double assigned() {
    return count("ringpost.rebalances", "change", "assigned");
  }

  private double count(String meter, String tag, String value) {
    return registry.get(meter).tag(tag, value).counter().count();
  }

  private static long committed(String group, TopicPartition partition) throws Exception {
    OffsetAndMetadata offset =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition);
    return offset == null ? -1 : offset.offset();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(40));
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    var settings = new HashMap<>(more);
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void create(String topic, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
  }

  private static void store(String topic, int partition, String call) throws Exception {
    producer.send(new ProducerRecord<>(topic, partition, null, invite(call))).get();
  }

  private static byte[] invite(String call) {
    return "{\"callId\":\"%s\",\"callee\":\"b\",\"caller\":{\"uri\":\"sip:x\"}}"
        .formatted(call)
        .getBytes(UTF_8);
  }

  private static void deny(String topic) throws Exception {
    admin
        .createAcls(
            List.of(
                acl(topic, AclOperation.READ, AclPermissionType.DENY),
                acl(topic, AclOperation.ALL, AclPermissionType.ALLOW)))
        .all()
        .get();
  }

  private static void allow(String topic) throws Exception {
    admin
        .deleteAcls(List.of(acl(topic, AclOperation.READ, AclPermissionType.DENY).toFilter()))
        .all()
        .get();
  }

  private static AclBinding acl(String topic, AclOperation operation, AclPermissionType type) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:ANONYMOUS", "*", operation, type));
  }
}
