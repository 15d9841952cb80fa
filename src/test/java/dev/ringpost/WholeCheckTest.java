package dev.ringpost;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TopicVariables;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import dev.ringpost.tools.check.Check;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.CheckReport;
import dev.ringpost.tools.check.TopicInspection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The report of a check on a Kafka and an APNs that are well, and of each thing that is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeCheckTest {

  private static final String PHONE = "com.example.phone";
  private static final String DESK = "com.example.desk";

  /** The token of the check's pushes. */
  private static final VoipToken NOBODY =
      VoipToken.ofBytes("ringpost knows no phone by this!".getBytes(US_ASCII));

  private static final Behaviour BAD_TOKEN = Behaviour.rejects(400, "BadDeviceToken");
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final JsonMapper JSON = new JsonMapper();

  private LocalKafka kafka;
  private Admin admin;
  private LocalCredentials local;
  private SigningKey key;
  private LocalApns production;
  private LocalApns sandbox;
  private Path file;
  private InstantSource clock = InstantSource.system();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka = LocalKafka.start();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    local = LocalCredentials.in(folder);
    key = local.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    production = apns();
    sandbox = apns();
    file = write(folder, kafka.bootstrapServers(), production.port());
    assertThat(topics(Map.of(), true).severity()).isEqualTo(Severity.OK);
    publish("voip-tokens", "alice/iphone", registration("0123456789abcdef".repeat(4)));
  }

  private LocalApns apns() {
    LocalApns apns =
        LocalApns.builder(local)
            .topic(PHONE + ".voip")
            .topic(DESK + ".voip")
            .key(key)
            .requiresAlpn()
            .start();
    apns.answer(NOBODY, BAD_TOKEN);
    return apns;
  }

  private Path write(Path folder, String bootstrap, int port) {
    return ConfigFile.of(bootstrap)
        .apns(local, port, sandbox.port())
        .apps(PHONE, key)
        .andApp(DESK, local.clientCertificate(DESK, "open sesame"))
        .write(folder.resolve("ringpost-" + port + ".yaml"));
  }

  @AfterAll
  void stop() {
    try (LocalKafka _ = kafka;
        Admin _ = admin;
        LocalApns _ = production;
        LocalApns _ = sandbox) {
      assertThat(file).exists();
    }
  }

  @Test
  void aHealthyClusterIsOkLineByLine() throws Exception {
    CheckReport report = examine(Map.of());

    assertThat(report.severity()).isEqualTo(Severity.OK);
    assertThat(report.lines())
        .extracting(line -> line.check() + " " + line.subject())
        .containsExactly(
            "configuration ",
            "kafka ",
            "topic call-invites",
            "topic voip-tokens",
            "topic voip-token-invalidations",
            "topic call-signals",
            "topic call-push-results",
            "topic call-invites.dlq",
            "topic call-invites.retry-1",
            "topic call-invites.retry-2",
            "topic call-invites.retry-3",
            "group ringpost",
            "group ringpost.retry",
            "fail-over ",
            "clock ",
            "view voip-tokens",
            "view voip-token-invalidations",
            "credential apps[0]",
            "credential apps[1]",
            "apns production",
            "apns com.example.phone in production",
            "apns com.example.desk in production",
            "apns sandbox",
            "apns com.example.phone in sandbox",
            "apns com.example.desk in sandbox");
    assertThat(found(report, "topic", "call-invites.retry-1"))
        .isEqualTo("6 partitions, 1 replica; this user may Read and Write");
    assertThat(found(report, "view", "voip-tokens")).isEqualTo("1 record read, all valid");
    assertThat(found(report, "fail-over", "")).isEqualTo("a dead worker is replaced after 6 s");
    assertThat(found(report, "apns", PHONE + " in production"))
        .matches(
            "APNs answers 400 BadDeviceToken to a token that no phone has, after \\d+ ms: it"
                + " accepts key KEYKEYKEY1 of team TEAMTEAM01");
    assertThat(report.text().getLast()).isEqualTo("25 ok, 0 warnings, 0 failed");
    JsonNode json = JSON.readTree(report.json());
    assertThat(json.path("status").asText()).isEqualTo("ok");
    assertThat(json.path("lines")).hasSize(25);
  }

  @Test
  void itLeavesNothingBehind() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("untouched.");

    CheckReport report = examine(names);

    assertThat(line(report, "topic", "untouched.INVITES").found())
        .isEqualTo("does not exist yet; a worker makes it at start, and may");
    assertThat(admin.listTopics().names().get()).noneMatch(name -> name.startsWith("untouched."));
    assertThat(admin.listGroups().all().get()).isEmpty();
  }

  @Test
  void missingTopicsFailWhereNobodyMakesThem() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("missing.");
    names.put("RINGPOST_TOPICS_CREATE", "false");

    CheckReport report = examine(names);

    assertThat(line(report, "topic", "missing.TOKENS"))
        .returns(Severity.FAILED, CheckLine::severity)
        .returns("does not exist", CheckLine::found)
        .satisfies(line -> assertThat(line.fix()).startsWith("kafka-topics.sh --bootstrap-server"));
    assertThat(report.lines()).noneMatch(line -> line.check().equals("view"));
    assertThat(report.severity()).isEqualTo(Severity.FAILED);
    assertThat(topics(names, false).severity()).isEqualTo(Severity.FAILED);
  }

  @Test
  void whatCannotBeMadeFails() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("wide.");
    names.put("RINGPOST_TOPICS_REPLICATION_FACTOR", "3");

    assertThat(line(examine(names), "topic", "wide.INVITES"))
        .returns(Severity.FAILED, CheckLine::severity)
        .satisfies(line -> assertThat(line.fix()).startsWith("set topics.replication-factor"));
  }

  @Test
  void topicsAreMadeOnceAndThenFound() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("made.");
    names.put("RINGPOST_TOPICS_CREATE", "false");

    CheckReport made = topics(names, true);
    CheckReport again = topics(names, true);

    assertThat(made.severity()).isEqualTo(Severity.OK);
    assertThat(found(made, "topic", "made.INVITES")).isEqualTo("made, with 6 partitions");
    assertThat(found(again, "topic", "made.INVITES")).startsWith("6 partitions, 1 replica");
  }

  @Test
  void aTopicThatIsSetOtherwiseIsAWarning() throws Exception {
    NewTopic topic = new NewTopic("odd.INVITES", Optional.of(1), Optional.of((short) 1));
    admin.createTopics(List.of(topic)).all().get();

    assertThat(line(examine(TopicVariables.prefixed("odd.")), "topic", "odd.INVITES"))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("message.timestamp.type"));
  }

  @Test
  void recordsOfNoUseAndNoRecordsAreWarnings() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("spoiled.");
    assertThat(topics(names, true).severity()).isEqualTo(Severity.OK);
    CheckLine empty = line(examine(names), "view", "spoiled.TOKENS");
    publish("spoiled.TOKENS", "bob/iphone", "{\"token\": \"hunter2\"}");
    publish("spoiled.TOKENS", "bob", registration("0123456789abcdef".repeat(4)));
    CheckLine spoiled = line(examine(names), "view", "spoiled.TOKENS");

    assertThat(empty)
        .returns(Severity.WARNING, CheckLine::severity)
        .returns("0 records read: no phone is registered, so none can ring", CheckLine::found);
    assertThat(spoiled).returns(Severity.WARNING, CheckLine::severity);
    assertThat(spoiled.found())
        .startsWith("2 records read, 2 of them unusable (invalid_field 1, invalid_key 1)")
        .contains("partition", "offset")
        .doesNotContain("hunter2", "bob");
  }

  @Test
  void aKeyOnTwoPartitionsIsAWarning() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("stray.");
    assertThat(topics(names, true).severity()).isEqualTo(Severity.OK);
    for (int partition : List.of(0, 1)) {
      publish(new ProducerRecord<>("stray.TOKENS", partition, "bob/iphone", registration(TOKEN)));
    }
    publish("stray.TOKENS", "carol/iphone", registration("fedcba9876543210".repeat(4)));

    assertThat(line(examine(names), "view", "stray.TOKENS"))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(
            line ->
                assertThat(line.found())
                    .startsWith("3 records read; 1 key stands on more than one partition"));
  }

  @Test
  void recordsThatAreGoneBeforeACallIsOverAreAWarning() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("short.");
    for (String topic : List.of("short.SIGNALS", "short.RETRY-1")) {
      var wanted = new NewTopic(topic, Optional.of(1), Optional.of((short) 1));
      admin.createTopics(List.of(wanted.configs(Map.of("retention.ms", "1000")))).all().get();
    }
    CheckReport report = examine(names);

    for (String topic : List.of("short.SIGNALS", "short.RETRY-1")) {
      assertThat(line(report, "topic", topic))
          .returns(Severity.WARNING, CheckLine::severity)
          .satisfies(line -> assertThat(line.found()).contains("retention.ms=1000"));
    }
  }

  @Test
  void aSlowFailoverIsAWarning() throws Exception {
    assertThat(line(examine(Map.of("RINGPOST_KAFKA_GROUP_PROTOCOL", "consumer")), "fail-over", ""))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("45 s"))
        .satisfies(line -> assertThat(line.fix()).contains("consumer.session.timeout.ms"));
  }

  @Test
  void aKafkaThatIsNotThereIsOneLineAndApnsIsTriedAllTheSame() throws Exception {
    CheckReport report =
        examine(Map.of("RINGPOST_KAFKA_BOOTSTRAP_SERVERS", "no.such.invalid:9092"));

    assertThat(report.lines())
        .filteredOn(line -> line.severity() != Severity.OK)
        .singleElement()
        .returns("kafka", CheckLine::check)
        .returns(Severity.FAILED, CheckLine::severity);
    assertThat(report.lines()).anyMatch(line -> line.check().equals("apns"));
  }

  @Test
  void anApnsThatIsNotThereFailsOnce() throws Exception {
    CheckReport report =
        examine(Map.of("RINGPOST_APNS_PRODUCTION_PORT", Integer.toString(FreePort.find())));

    assertThat(report.lines())
        .filteredOn(line -> line.severity() != Severity.OK)
        .singleElement()
        .returns("apns", CheckLine::check)
        .returns("production", CheckLine::subject)
        .satisfies(line -> assertThat(line.found()).endsWith("refuses connections"));
  }

  @Test
  void aRefusedCredentialAndAWrongTopicFailAndABusyServerIsAWarning() throws Exception {
    assertThat(answered(403, "InvalidProviderToken"))
        .returns(Severity.FAILED, CheckLine::severity)
        .satisfies(line -> assertThat(line.fix()).startsWith("apps[0]: compare key id, team id"));
    assertThat(answered(400, "TopicDisallowed"))
        .returns(Severity.FAILED, CheckLine::severity)
        .satisfies(line -> assertThat(line.fix()).startsWith("apps[0].bundle-ids: write"));
    assertThat(answered(503, "ServiceUnavailable"))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("503 ServiceUnavailable"));
    assertThat(answered(404, "BadPath"))
        .returns(Severity.FAILED, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("proves nothing"));
  }

  private CheckLine answered(int status, String reason) throws Exception {
    production.answer(NOBODY, Behaviour.rejects(status, reason));
    try {
      return line(examine(Map.of()), "apns", PHONE + " in production");
    } finally {
      production.answer(NOBODY, BAD_TOKEN);
    }
  }

  @Test
  void aCertificateThatEndsSoonIsAWarning() throws Exception {
    // certificates of the local CA are good for a year
    clock = InstantSource.offset(InstantSource.system(), Duration.ofDays(350));
    try {
      assertThat(line(examine(Map.of()), "credential", "apps[1]"))
          .returns(Severity.WARNING, CheckLine::severity)
          .satisfies(line -> assertThat(line.found()).contains("expires in 1"))
          .satisfies(line -> assertThat(line.fix()).contains("without a restart"));
    } finally {
      clock = InstantSource.system();
    }
  }

  private static String registration(String token) {
    return "{\"token\": \"%s\", \"environment\": \"production\", \"bundleId\": \"%s\"}"
        .formatted(token, PHONE);
  }

  private void publish(String topic, String key, String value) throws Exception {
    publish(new ProducerRecord<>(topic, key, value));
  }

  private void publish(ProducerRecord<String, String> record) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(record).get();
    }
  }

  private CheckReport examine(Map<String, String> environment) throws InvalidConfigException {
    return check(environment).examine();
  }

  private Check check(Map<String, String> environment) throws InvalidConfigException {
    return Check.of(ConfigLoader.load(file, environment), clock, UUID::randomUUID);
  }

  private CheckReport topics(Map<String, String> environment, boolean make)
      throws InvalidConfigException {
    RingpostConfig config = ConfigLoader.loadWithoutApple(file, environment);
    return TopicInspection.of(config).report(make);
  }

  private static CheckLine line(CheckReport report, String check, String subject) {
    return report.lines().stream()
        .filter(line -> line.check().equals(check) && line.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  private static String found(CheckReport report, String check, String subject) {
    return line(report, check, subject).found();
  }
}
