package dev.ringpost;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.VoipToken;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
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
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A Kafka and an APNs that are well, and checks of them; for one test class. */
final class CheckFixture implements AutoCloseable {

  static final String PHONE = "com.example.phone";
  static final String DESK = "com.example.desk";

  /** The token of the check's pushes. */
  static final VoipToken NOBODY =
      VoipToken.ofBytes("ringpost knows no phone by this!".getBytes(US_ASCII));

  static final Behaviour BAD_TOKEN = Behaviour.rejects(400, "BadDeviceToken");
  static final String TOKEN = "0123456789abcdef".repeat(4);

  final Admin admin;
  final LocalApns production;

  private final LocalKafka kafka;
  private final LocalCredentials local;
  private final SigningKey key;
  private final LocalApns sandbox;
  private final Path file;

  CheckFixture(Path folder) throws Exception {
    kafka = LocalKafka.start();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    local = LocalCredentials.in(folder);
    key = local.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    production = apns();
    sandbox = apns();
    file =
        ConfigFile.of(kafka.bootstrapServers())
            .apns(local, production.port(), sandbox.port())
            .apps(PHONE, key)
            .andApp(DESK, local.clientCertificate(DESK, "open sesame"))
            .write(folder.resolve("ringpost.yaml"));
    assertThat(topics(Map.of(), true).severity()).isEqualTo(Severity.OK);
    publish("voip-tokens", "alice/iphone", registration(TOKEN));
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

  @Override
  public void close() {
    try (LocalKafka _ = kafka;
        Admin _ = admin;
        LocalApns _ = production;
        LocalApns _ = sandbox) {
      assertThat(file).exists();
    }
  }

  /** Creates a topic; a broker sees it a moment after the controller. */
  void create(NewTopic topic) throws Exception {
    admin.createTopics(List.of(topic)).all().get();
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> !admin.describeTopics(List.of(topic.name())).allTopicNames().get().isEmpty());
  }

  static String registration(String token) {
    return "{\"token\": \"%s\", \"environment\": \"production\", \"bundleId\": \"%s\"}"
        .formatted(token, PHONE);
  }

  void publish(String topic, String key, String value) throws Exception {
    publish(new ProducerRecord<>(topic, key, value));
  }

  void publish(ProducerRecord<String, String> record) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(record).get();
    }
  }

  CheckReport examine(Map<String, String> environment) throws InvalidConfigException {
    return examine(environment, InstantSource.system());
  }

  CheckReport examine(Map<String, String> environment, InstantSource clock)
      throws InvalidConfigException {
    return Check.of(ConfigLoader.load(file, environment, clock), clock, UUID::randomUUID).examine();
  }

  CheckReport topics(Map<String, String> environment, boolean make) throws InvalidConfigException {
    RingpostConfig config = ConfigLoader.loadWithoutApple(file, environment);
    return TopicInspection.of(config).report(make);
  }

  static CheckLine line(CheckReport report, String check, String subject) {
    return report.lines().stream()
        .filter(line -> line.check().equals(check) && line.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  static String found(CheckReport report, String check, String subject) {
    return line(report, check, subject).found();
  }
}
