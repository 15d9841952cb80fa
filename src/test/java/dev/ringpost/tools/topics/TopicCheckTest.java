package dev.ringpost.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TestInTurn;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class TopicCheckTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final LocalKafka cluster = LocalKafka.start();
  private static final Admin admin =
      Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));

  @AfterAll
  static void stop() {
    admin.close();
    cluster.close();
  }

  private static final Duration RING_MAX = Duration.ofMinutes(2);

  /** Stands before the names of a test's topics, so that no test meets another's. */
  private final String prefix = "test" + TESTS.incrementAndGet() + ".";

  @TestInTurn
  void missingTopicsAreNamedWithTheCommandThatMakesThem() {
    List<Finding> findings = check(false, 1);

    assertThat(findings)
        .extracting(finding -> TopicRule.line(finding).replace(prefix, ""))
        .containsExactly(
            missing("call-invites", "delete", "retention.ms=86400000"),
            missing(
                "voip-tokens",
                "compact",
                "segment.ms=3600000",
                "min.cleanable.dirty.ratio=0.1",
                "max.compaction.lag.ms=21600000",
                "delete.retention.ms=604800000"),
            missing(
                "voip-token-invalidations",
                "compact,delete",
                "retention.ms=7776000000",
                "delete.retention.ms=604800000"),
            missing("call-signals", "delete", "retention.ms=900000", "segment.ms=60000"),
            missing("call-push-results", "delete", "retention.ms=86400000"),
            missing("call-invites.dlq", "delete", "retention.ms=604800000"),
            missing("call-invites.retry-1", "delete", "retention.ms=86400000"),
            missing("call-invites.retry-2", "delete", "retention.ms=86400000"));
    assertThat(findings)
        .as("only what is read must be there: what is written waits")
        .extracting(Finding::severity)
        .containsExactly(
            Severity.FAILED,
            Severity.FAILED,
            Severity.FAILED,
            Severity.FAILED,
            Severity.WRITES_WAIT,
            Severity.WRITES_WAIT,
            Severity.WRITES_WAIT,
            Severity.WRITES_WAIT);
  }

  @TestInTurn
  void missingTopicsAreMadeRightWhereAsked() throws Exception {
    make(prefix + "call-invites", Map.of("message.timestamp.type", "LogAppendTime"));

    List<Finding> findings = check(true, 1);

    assertThat(findings).isEmpty();
    assertThat(check(false, 1)).isEmpty();
    assertThat(admin.describeTopics(List.of(prefix + "voip-tokens")).allTopicNames().get().values())
        .singleElement()
        .satisfies(tokens -> assertThat(tokens.partitions()).hasSize(4));
    assertThat(setting(prefix + "voip-tokens", "cleanup.policy")).isEqualTo("compact");
    assertThat(setting(prefix + "voip-token-invalidations", "retention.ms"))
        .isEqualTo(String.valueOf(Duration.ofDays(90).toMillis()));
    assertThat(setting(prefix + "call-signals", "retention.ms")).isEqualTo("900000");
    assertThat(setting(prefix + "call-signals", "segment.ms")).isEqualTo("60000");
    assertThat(setting(prefix + "call-invites.dlq", "message.timestamp.type"))
        .isEqualTo("LogAppendTime");
  }

  @TestInTurn
  void wrongTopicsAreNamedWithTheCommandThatRepairsThemAndNotChanged() throws Exception {
    make(
        prefix + "voip-tokens",
        Map.of(
            "cleanup.policy", "compact,delete",
            "max.compaction.lag.ms", "3600000",
            "delete.retention.ms", "604800000"));
    make(prefix + "call-push-results", Map.of("cleanup.policy", "compact"));
    make(prefix + "call-invites.dlq", Map.of("retention.ms", String.valueOf(HOUR)));

    List<Finding> findings = check(true, 1);

    String command = "kafka-configs.sh --bootstrap-server " + bootstrap() + " --alter";
    assertThat(findings)
        .containsExactly(
            new Finding(
                Severity.FAILED,
                prefix + "voip-tokens",
                "has cleanup.policy=compact,delete but needs compact, else tokens would be lost"
                    + " with time",
                command
                    + " --entity-type topics --entity-name "
                    + prefix
                    + "voip-tokens --add-config cleanup.policy=compact"),
            new Finding(
                Severity.WARNING,
                prefix + "voip-tokens",
                "has message.timestamp.type=CreateTime, so a producer's wrong clock counts",
                command
                    + " --entity-type topics --entity-name "
                    + prefix
                    + "voip-tokens --add-config message.timestamp.type=LogAppendTime"),
            new Finding(
                Severity.FAILED,
                prefix + "call-push-results",
                "has cleanup.policy=compact but needs delete, else records with the same key would"
                    + " replace one another",
                command
                    + " --entity-type topics --entity-name "
                    + prefix
                    + "call-push-results --add-config cleanup.policy=delete"),
            new Finding(
                Severity.WARNING,
                prefix + "call-invites.dlq",
                "has retention.ms=3600000, less than the 604800000 that are advised",
                command
                    + " --entity-type topics --entity-name "
                    + prefix
                    + "call-invites.dlq --add-config retention.ms=604800000"));
    assertThat(setting(prefix + "voip-tokens", "cleanup.policy")).isEqualTo("compact,delete");
  }

  @TestInTurn
  void anOutputThatTakesNoWholeBatchIsNamed() throws Exception {
    Map<String, String> small =
        Map.of("max.message.bytes", "65535", "message.timestamp.type", "LogAppendTime");
    make(prefix + "call-push-results", small);
    make(prefix + "call-invites", small);

    assertThat(check(true, 1))
        .containsExactly(
            new Finding(
                Severity.WARNING,
                prefix + "call-push-results",
                "has max.message.bytes=65535, less than a batch of the producer (65536), so that"
                    + " writing may stall for minutes",
                "kafka-configs.sh --bootstrap-server "
                    + bootstrap()
                    + " --alter --entity-type topics --entity-name "
                    + prefix
                    + "call-push-results --add-config max.message.bytes=1048588"));
    assertThat(check(true, 1, Map.of("batch.size", new Secret("65535")))).isEmpty();
  }

  @TestInTurn
  void aListOfPoliciesIsQuotedForTheShell() throws Exception {
    make(
        prefix + "voip-token-invalidations",
        Map.of("retention.ms", "-1", "delete.retention.ms", "604800000"));

    assertThat(check(true, 1))
        .singleElement()
        .extracting(Finding::fix)
        .asString()
        .endsWith("--add-config 'cleanup.policy=[compact,delete]'");
  }

  @TestInTurn
  void tooFewBrokersForTheReplicasIsSaid() throws Exception {
    List<Finding> findings = check(true, 3);

    assertThat(findings)
        .hasSize(8)
        .allSatisfy(
            finding -> {
              assertThat(finding.found()).startsWith("does not exist and could not be created: ");
              assertThat(finding.fix()).startsWith("set topics.replication-factor to at most");
            });
    assertThat(topicNames()).noneMatch(name -> name.startsWith(prefix));
  }

  @TestInTurn
  void aKafkaThatDoesNotAnswerIsOneLine() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Kafka kafka = kafka("127.0.0.1", silent.getLocalPort(), Map.of());

      List<Finding> findings =
          new TopicCheck(
                  kafka, topics(false, 1), 2, RING_MAX, Duration.ofSeconds(1), IfMissing.TELL)
              .run();

      assertThat(findings)
          .singleElement()
          .extracting(TopicRule::line)
          .asString()
          .startsWith(
              "Kafka at 127.0.0.1:%1$d gave no answer within 1 s: 127.0.0.1:%1$d "
                  .formatted(silent.getLocalPort()))
          .contains("; fix: check kafka.bootstrap-servers, the brokers' advertised.listeners");
    }
  }

  @TestInTurn
  void aHostThatDoesNotExistIsOneLine() {
    Kafka kafka = kafka("no.such.invalid", 9092, Map.of());

    assertThat(new TopicCheck(kafka, topics(false, 1), 2, RING_MAX, PATIENCE, IfMissing.TELL).run())
        .singleElement()
        .extracting(TopicRule::line)
        .asString()
        .startsWith("Kafka's client refuses its settings: No resolvable bootstrap urls");
  }

  @TestInTurn
  void aPropertyThatKafkaRefusesIsOneLine() {
    Kafka kafka = kafka("localhost", 9092, Map.of("security.protocol", new Secret("TLS")));

    assertThat(new TopicCheck(kafka, topics(false, 1), 2, RING_MAX, PATIENCE, IfMissing.TELL).run())
        .singleElement()
        .extracting(TopicRule::line)
        .asString()
        .startsWith("Kafka's client refuses its settings: ")
        .contains("security.protocol");
  }

  /**
   * The way to keep passwords out of the configuration that {@code docs/configuration.md} shows.
   */
  @TestInTurn
  void kafkaReadsPasswordsFromFilesByItsOwnProviders(@TempDir Path folder) throws Exception {
    Path secrets = Files.writeString(folder.resolve("kafka.properties"), "timeout=15000\n");
    Kafka kafka =
        kafka(
            bootstrap().substring(0, bootstrap().lastIndexOf(':')),
            Integer.parseInt(bootstrap().substring(bootstrap().lastIndexOf(':') + 1)),
            Map.of(
                "config.providers",
                new Secret("file"),
                "config.providers.file.class",
                new Secret("org.apache.kafka.common.config.provider.FileConfigProvider"),
                "request.timeout.ms",
                new Secret("${file:" + secrets + ":timeout}")));

    assertThat(
            new TopicCheck(kafka, topics(true, 1), 2, RING_MAX, PATIENCE, IfMissing.CREATE).run())
        .isEmpty();
  }

  private List<Finding> check(boolean create, int replicationFactor) {
    return check(create, replicationFactor, Map.of());
  }

  private List<Finding> check(
      boolean create, int replicationFactor, Map<String, Secret> properties) {
    String host = bootstrap().substring(0, bootstrap().lastIndexOf(':'));
    int port = Integer.parseInt(bootstrap().substring(bootstrap().lastIndexOf(':') + 1));
    Topics topics = topics(create, replicationFactor);
    return new TopicCheck(
            kafka(host, port, properties), topics, 2, RING_MAX, PATIENCE, IfMissing.atStart(topics))
        .run();
  }

  private static Kafka kafka(String host, int port, Map<String, Secret> properties) {
    return new Kafka(List.of(new Server(host, port)), properties, GroupProtocol.CLASSIC);
  }

  private Topics topics(boolean create, int replicationFactor) {
    return new Topics(
        create,
        replicationFactor,
        4,
        prefix + "call-invites",
        prefix + "voip-tokens",
        prefix + "voip-token-invalidations",
        prefix + "call-signals",
        prefix + "call-push-results",
        prefix + "call-invites.retry",
        prefix + "missed",
        prefix + "call-invites.dlq",
        Optional.empty());
  }

  private static String missing(String topic, String cleanup, String... more) {
    return ("topic %1$s does not exist; fix: kafka-topics.sh --bootstrap-server %2$s --create"
            + " --topic %1$s --partitions 4 --replication-factor 1 --config cleanup.policy=%3$s"
            + " --config message.timestamp.type=LogAppendTime --config %4$s"
            + " (or write topics.create: true)")
        .formatted(topic, bootstrap(), cleanup, String.join(" --config ", more));
  }

  private static String bootstrap() {
    return cluster.bootstrapServers();
  }

  private static void make(String name, Map<String, String> settings) throws Exception {
    NewTopic topic = new NewTopic(name, Optional.of(1), Optional.of((short) 1));
    admin.createTopics(List.of(topic.configs(settings))).all().get();
  }

  private static String setting(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().values().stream()
        .map(config -> config.get(name).value())
        .collect(Collectors.joining());
  }

  private static Collection<String> topicNames() throws ExecutionException, InterruptedException {
    return admin.listTopics().names().get();
  }
}
