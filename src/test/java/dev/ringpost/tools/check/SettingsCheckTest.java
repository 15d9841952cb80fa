package dev.ringpost.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.GatewayProcess;
import dev.ringpost.HealthProcess;
import dev.ringpost.ShadowProcess;
import dev.ringpost.SyntheticProcess;
import dev.ringpost.Worker;
import dev.ringpost.cli.Cli;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.config.ApnsConfig;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RetryConfig;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.apns.LocalCredentials;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The problems of a configuration that a room or a Kafka client refuses. */
@Timeout(60)
class SettingsCheckTest {

  private static final String APP = "com.example.phone";

  private final Instant now = Instant.now();

  @TempDir Path folder;

  private LocalCredentials credentials;

  @BeforeEach
  void makeFiles() {
    credentials = LocalCredentials.in(folder);
  }

  @Test
  void settingsThatFitAreNoProblem() {
    assertThat(problems("linger.ms: 10, max.poll.records: 500")).isEmpty();
    assertThat(problems("request.timeout.ms: 200000")).isEmpty();
  }

  @Test
  void whatKafkasClientsRefuseIsNamedAllTogether() {
    assertThat(problems("linger.ms: 10ms, max.poll.records: abc, request.timeout.ms: -1"))
        .containsExactlyInAnyOrder(
            "kafka.properties.max.poll.records: is not a valid value for Kafka's consumer; write a"
                + " whole number without a unit, within [1,...], or remove it",
            "kafka.properties.request.timeout.ms: is not a valid value for Kafka's consumer; write"
                + " a whole number of milliseconds without a unit, within [0,...], or remove it",
            "kafka.properties.linger.ms: is not a valid value for Kafka's producer; write a whole"
                + " number of milliseconds without a unit, within [0,...], or remove it");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: "x.Y required password=hunter2" | kafka.properties.sasl.jaas.config: cannot be used
          security.protocol: SSL, ssl.truststore.location: /nowhere/hunter2.jks, ssl.truststore.password: hunter2 | kafka.properties.ssl.truststore.location: names no file that can be read
          security.protocol: hunter2 | kafka.properties.security.protocol: is not a valid value
          metric.reporters: hunter2.Reporter | kafka.properties: cannot be used
          delivery.timeout.ms: 1, client.dns.lookup: default | kafka.properties.client.dns.lookup: is not a valid value
          delivery.timeout.ms: 1 | kafka.properties.delivery.timeout.ms: is shorter than linger.ms and request.timeout.ms together, which Kafka's clients refuse; raise it to at least 10005
          default.api.timeout.ms: 1 | kafka.properties.default.api.timeout.ms: is shorter than request.timeout.ms
          security.protocol: SASL_PLAINTEXT, sasl.mechanism: SCRAM-SHA-215, sasl.jaas.config: 'org.apache.kafka.common.security.scram.ScramLoginModule required username="a" password="hunter2";' | kafka.properties.sasl.mechanism: is not a mechanism
          heartbeat.interval.ms: 7000 | kafka.properties: cannot be used by Kafka's clients (Heartbeat must be set lower than the session timeout)
          """)
  void whatOnlyAClientCanTellIsNamedWithoutASecret(String properties, String beginning) {
    assertThat(problems(properties))
        .singleElement()
        .asString()
        .startsWith(beginning)
        .doesNotContain("password=hunter2");
  }

  @Test
  void aStoreThatCannotBeOpenedIsNoMatterOfTheLoginWhateverItsName() throws Exception {
    Path store = Files.writeString(folder.resolve("login.jks"), "no store");

    assertThat(
            problems(
                "security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config:"
                    + " 'org.apache.kafka.common.security.plain.PlainLoginModule required"
                    + " username=\"a\" password=\"hunter2\";', ssl.truststore.location: "
                    + store))
        .singleElement()
        .asString()
        .startsWith("kafka.properties: cannot be used by Kafka's clients")
        .doesNotContain("hunter2");
  }

  @Test
  void whatAConfigurationProviderGivesIsJudgedUnderItsKey() throws Exception {
    Path secrets =
        Files.writeString(folder.resolve("kafka.properties"), "linger=10ms\ntimeout=15000\n");
    String provider =
        "config.providers: file, config.providers.file.class:"
            + " org.apache.kafka.common.config.provider.FileConfigProvider, ";

    assertThat(problems(provider + "request.timeout.ms: '${file:" + secrets + ":timeout}'"))
        .isEmpty();
    assertThat(problems(provider + "linger.ms: '${file:" + secrets + ":linger}'"))
        .containsExactly(
            "kafka.properties.linger.ms: is not a valid value for Kafka's producer; write a whole"
                + " number of milliseconds without a unit, within [0,...], or remove it");
  }

  @Test
  void aConfigurationProviderThatCannotBeUsedIsNamed() {
    var kafkas = (Logger) LoggerFactory.getLogger(AbstractConfig.class);
    Level level = kafkas.getLevel();
    kafkas.setLevel(Level.OFF); // it logs a stack trace
    try {
      assertThat(problems("config.providers: file, config.providers.file.class: no.such.Provider"))
          .singleElement()
          .asString()
          .startsWith("kafka.properties: name a configuration provider that Kafka cannot use");
    } finally {
      kafkas.setLevel(level);
    }
  }

  @Test
  void aPasswordIsNeverTold() {
    assertThat(
            problems(
                "security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: 'x.Y"
                    + " required password=\"open\" hunter2'"))
        .singleElement()
        .asString()
        .doesNotContain("open", "hunter2");
  }

  @Test
  void aRoomThatRefusesItsSettingsIsAProblem() throws Exception {
    RingpostConfig config =
        ConfigLoader.load(file("linger.ms: 5"), Map.of(), InstantSource.system());
    ApnsConfig apns = config.apns();
    var tooManyConnections =
        new ApnsConfig(
            64,
            apns.maxInFlightPerConnection(),
            apns.connectTimeout(),
            apns.idlePing(),
            apns.expiration(),
            apns.production(),
            apns.sandbox(),
            apns.hedge(),
            apns.canary(),
            apns.proxy(),
            apns.deliveryMetrics(),
            apns.trustedCertificates());

    assertThat(problems(with(config, config.topics(), config.retry(), tooManyConnections)))
        .containsExactly("apns.connections: must be 1 to 32, not 64; correct it");
  }

  @Test
  void whatARoomSaysIsHandedOnWhole() throws Exception {
    RingpostConfig config =
        ConfigLoader.load(file("linger.ms: 5"), Map.of(), InstantSource.system());
    Topics topics = config.topics();
    var oneTopicTwice =
        new Topics(
            topics.create(),
            topics.replicationFactor(),
            topics.partitions(),
            topics.invites(),
            "a; b",
            topics.invalidations(),
            "a; b",
            topics.results(),
            topics.retry(),
            "missed",
            topics.deadLetters(),
            Optional.empty());
    var noRetries = new RetryConfig(config.retry().ladder(), config.retry().group(), 0);

    assertThat(problems(with(config, oneTopicTwice, noRetries, config.apns())))
        .containsExactly(
            "retry.max-in-flight: must be at least 1; correct it",
            "topics.signals: must be another topic than topics.tokens, not a; b; give each topic a"
                + " name of its own");
  }

  @Test
  void theProgramLeavesWithTheCodeOfAWrongConfiguration() {
    var err = new StringWriter();

    int code = cli(err).run("run", "--config", file("linger.ms: 10ms").toString());

    assertThat(code).isEqualTo(ExitCode.CONFIGURATION.number());
    assertThat(err.toString()).contains("kafka.properties.linger.ms").doesNotContain("10ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ringpost", "ringpost.retry", "ringpost.missed-calls", "ringpost.health"})
  void aShadowInTheGroupOfALiveServiceIsRefused(String group) {
    var err = new StringWriter();

    int code =
        cli(err)
            .run(
                "run",
                "--shadow",
                "--shadow-group",
                group,
                "--config",
                file("linger.ms: 10").toString());

    assertThat(code).isEqualTo(ExitCode.CONFIGURATION.number());
    assertThat(err.toString()).contains("--shadow-group: " + group + " is the group of a live");
  }

  private Cli cli(StringWriter err) {
    return new Cli(
        Map.of(),
        InputStream.nullInputStream(),
        new PrintWriter(new StringWriter()),
        new PrintWriter(err),
        config -> Worker.of(config, () -> now, () -> {}),
        (config, group) -> ShadowProcess.of(config, group, () -> now, () -> {}),
        config -> GatewayProcess.of(config, () -> now, () -> {}),
        config -> HealthProcess.of(config, () -> now, () -> {}),
        config -> SyntheticProcess.of(config, () -> now, () -> {}),
        () -> now,
        UUID::randomUUID,
        _ -> {},
        Logging.of(new LoggerContext()));
  }

  @Test
  void aKeyOfSnapshotsThatIsNoneIsNamed() throws Exception {
    Files.writeString(folder.resolve("short.key"), "c2hvcnQ=");
    Path file = file("linger.ms: 10");
    Files.writeString(
        file,
        Files.readString(file) + "\ntokens: {snapshot: {folder: kept, key-file: short.key}}\n");

    assertThat(problems(ConfigLoader.load(file, Map.of(), InstantSource.system())))
        .containsExactly(
            "tokens.snapshot.key-file: does not hold 32 bytes, as they are or in Base64; write 32"
                + " random bytes, such as: openssl rand -base64 32");
  }

  private List<String> problems(String kafkaProperties) {
    try {
      return problems(ConfigLoader.load(file(kafkaProperties), Map.of(), InstantSource.system()));
    } catch (InvalidConfigException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> problems(RingpostConfig config) {
    try {
      SettingsCheck.require(config);
      return List.of();
    } catch (InvalidConfigException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  private Path file(String kafkaProperties) {
    return ConfigFile.of("kafka.invalid:9092\n  properties: {" + kafkaProperties + "}")
        .with("apps:\n")
        .andApp(APP, credentials.clientCertificate(APP, "s3cret"))
        .write(folder.resolve("ringpost.yaml"));
  }

  private static RingpostConfig with(
      RingpostConfig config, Topics topics, RetryConfig retry, ApnsConfig apns) {
    return new RingpostConfig(
        config.file(),
        config.credentials(),
        config.kafka(),
        topics,
        config.intake(),
        retry,
        config.missedCall(),
        config.tokens(),
        config.ring(),
        config.attempt(),
        config.fanout(),
        config.payload(),
        config.results(),
        apns,
        config.apps(),
        config.gateway(),
        config.health(),
        config.synthetic(),
        config.admin(),
        config.log());
  }
}
