package dev.ringpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.call.Environment;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.config.AppConfig;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.directory.DirectorySettings;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.tools.check.Check;
import dev.ringpost.tools.check.CheckReport;
import dev.ringpost.tools.check.GatewayCheck;
import dev.ringpost.tools.check.HealthCheck;
import dev.ringpost.tools.check.TopicInspection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ringpost check} and {@code ringpost topics} as they are typed; nothing is reachable. */
class CheckCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<RingpostConfig.Log> logging = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void whatFailedIsToldWithItsFixAndTheExitCode() {
    assertThat(cli().run("check", "--config", valid())).isEqualTo(69);

    assertThat(out.toString().lines())
        .contains("ok       configuration: " + valid() + " is in order")
        .anyMatch(line -> line.startsWith("failed   kafka: Kafka's client refuses its settings"))
        .contains("         fix: correct kafka.bootstrap-servers or kafka.properties")
        .anyMatch(line -> line.startsWith("failed   apns production: localhost port"))
        .contains("2 ok, 0 warnings, 2 failed");
    assertThat(logging).hasSize(1);
  }

  @Test
  void machinesGetOneObject() throws Exception {
    int code = cli().run("check", "-c", valid(), "--output", "json");

    assertThat(code).isEqualTo(69);
    JsonNode report = new JsonMapper().readTree(out.toString());
    assertThat(report.path("status").asText()).isEqualTo("failed");
    assertThat(report.at("/lines/1/check").asText()).isEqualTo("kafka");
    assertThat(report.at("/lines/1/status").asText()).isEqualTo("failed");
    assertThat(report.at("/lines/1/fix").asText()).startsWith("correct kafka.bootstrap-servers");
  }

  @Test
  void aWrongConfigurationIsAReportToo() throws Exception {
    Path file = Files.writeString(folder.resolve("bad.yaml"), "colour: blue\nkafka: {}\n");

    assertThat(cli().run("check", "-c", file.toString())).isEqualTo(78);
    assertThat(cli().run("topics", "create", "-c", file.toString())).isEqualTo(78);

    assertThat(out.toString())
        .contains("failed   configuration colour (line 1): unknown key")
        .contains("         fix: remove it")
        .contains("0 ok, 0 warnings, 3 failed");
  }

  @Test
  void whatARoomRefusesIsAProblemOfTheConfiguration() {
    int code = cli(REVOKED).run("check", "-c", valid(), "-o", "json");

    assertThat(code).isEqualTo(78);
    assertThat(out.toString())
        .isEqualTo(
            "{\"status\":\"failed\",\"lines\":[{\"status\":\"failed\",\"check\":\"configuration\","
                + "\"subject\":\"apps[0].key\",\"found\":\"is revoked\",\"fix\":\"make another\"}]}"
                + System.lineSeparator());
  }

  @Test
  void topicsFailTheSameWay() {
    assertThat(cli().run("topics", "check", "-c", valid())).isEqualTo(69);
    assertThat(out.toString()).contains("0 ok, 0 warnings, 1 failed");
  }

  @Test
  void helpTellsOutputExamplesAndExitCodes() {
    assertThat(cli().run("check", "--help")).isZero();
    assertThat(cli().run("topics", "--help")).isZero();
    assertThat(cli().run("topics", "-c", "x")).isEqualTo(2);
    assertThat(cli().run("topics", "drop", "-c", "x")).isEqualTo(2);

    assertThat(out.toString()).contains("Output:", "Examples:", "Exit codes:", "create|check");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 96);
  }

  @Test
  void topicsNeedNoAppAndNoCredential() throws Exception {
    Path file = folder.resolve("kafka-only.yaml");
    Files.writeString(file, "kafka: {bootstrap-servers: \"no.such.invalid:9092\"}\n");

    assertThat(cli().run("topics", "check", "-c", file.toString())).isEqualTo(69);
    assertThat(out.toString()).contains("failed   kafka: ").doesNotContain("apps");

    Files.writeString(file, "kafka: {}\ntopics: {partitions: none}\n");
    assertThat(cli().run("topics", "check", "-c", file.toString())).isEqualTo(78);
    assertThat(out.toString()).contains("topics.partitions (line 2)", "kafka.bootstrap-servers");
  }

  @Test
  void aGatewayNeedsNoAppAndEachFileThatCannotBeUsedIsNamed() throws Exception {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(folder.resolve("short"), "short\n");
    Files.writeString(
        file,
        """
        kafka: {bootstrap-servers: "no.such.invalid:9092"}
        gateway:
          bearer-tokens-file: none/tokens
          tls: {key-store-file: none/door.p12, password-file: short, client-authorities-file: short}
          webhook: {url: "http://localhost/verdicts", secret-file: short}
        """);

    assertThat(cli().run("check", "--gateway", "-c", file.toString())).isEqualTo(78);
    assertThat(out.toString())
        .contains(
            "configuration gateway.bearer-tokens-file: cannot be read (NoSuchFileException)",
            "configuration gateway.webhook.secret-file: has less than 32 characters",
            "configuration gateway.tls.key-store-file: cannot be used (NoSuchFileException)",
            "configuration gateway.tls.client-authorities-file: cannot be used (Certificate",
            "fix: make it by openssl rand -hex 32",
            "0 ok, 0 warnings, 4 failed")
        .doesNotContain("apps");
  }

  @Test
  void whatTheGatewaysOwnClientsRefuseIsNamedWithTheKey() throws Exception {
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(
        file,
        """
        kafka: {bootstrap-servers: "no.such.invalid:9092", properties: {fetch.max.bytes: many}}
        """);

    assertThat(cli().run("check", "--gateway", "-c", file.toString())).isEqualTo(78);
    assertThat(out.toString()).contains("kafka.properties.fetch.max.bytes").doesNotContain("many");

    Files.writeString(file, "kafka: {bootstrap-servers: \"no.such.invalid:9092\"}\n");
    assertThat(cli().run("check", "--gateway", "-c", file.toString())).isEqualTo(69);
    assertThat(out.toString()).contains("failed   kafka: ").doesNotContain("group");
  }

  @Test
  void healthNeedsNoAppAndATopicForWhatItFinds() throws Exception {
    Path file = folder.resolve("health.yaml");
    Files.writeString(file, "kafka: {bootstrap-servers: \"no.such.invalid:9092\"}\n");

    assertThat(cli().run("check", "--health", "-c", file.toString())).isEqualTo(78);
    assertThat(out.toString())
        .contains(
            "failed   configuration topics.device-health: is missing",
            "fix: write topics.device-health: voip-device-health",
            "0 ok, 0 warnings, 1 failed")
        .doesNotContain("apps");

    Files.writeString(
        file,
        """
        kafka: {bootstrap-servers: "no.such.invalid:9092"}
        topics: {device-health: voip-device-health}
        """);
    assertThat(cli().run("check", "--health", "-c", file.toString())).isEqualTo(69);
    assertThat(out.toString())
        .contains(file + " is in order for ringpost health", "failed   kafka: ")
        .doesNotContain("group");
  }

  @Test
  void syntheticCallsNeedNoAppAndAPhoneThatAWorkerWouldRing() throws Exception {
    Path file = folder.resolve("synthetic.yaml");
    Files.writeString(file, "kafka: {bootstrap-servers: \"no.such.invalid:9092\"}\n");
    assertThat(cli().run("check", "--synthetic", "-c", file.toString())).isEqualTo(78);
    assertThat(out.toString())
        .contains("failed   configuration synthetic.callee: is missing")
        .doesNotContain("apps");

    Files.writeString(
        file,
        """
        kafka: {bootstrap-servers: "no.such.invalid:9092"}
        synthetic: {callee: test-phone}
        """);
    assertThat(cli().run("check", "--synthetic", "-c", file.toString())).isEqualTo(69);
    assertThat(out.toString())
        .contains(file + " is in order for ringpost synthetic", "failed   kafka: ");
  }

  @Test
  void aGatewayAndHealthAreCheckedOneByOne() {
    assertThat(cli().run("check", "--gateway", "--health", "-c", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("--gateway", "--health", "mutually exclusive");
    assertThat(cli().run("check", "--synthetic", "--health", "-c", "x")).isEqualTo(2);
  }

  /** Looks at no room's settings. */
  private static final Looks CARELESS =
      new Looks(
          config -> check(config).examine(),
          config -> GatewayCheck.of(config).examine(),
          config -> HealthCheck.of(config).examine(),
          Looks.of(InstantSource.system(), UUID::randomUUID).synthetic(),
          config -> topics(config).report(false),
          config -> topics(config).report(true));

  /** A house whose key is revoked. */
  private static final Looks REVOKED =
      new Looks(
          CheckCommandTest::revoked,
          CheckCommandTest::revoked,
          CheckCommandTest::revoked,
          CheckCommandTest::revoked,
          CheckCommandTest::revoked,
          CheckCommandTest::revoked);

  private static CheckReport revoked(RingpostConfig config) throws InvalidConfigException {
    var problem = Problem.of(Finding.failed("apps[0].key", "is revoked", "make another"));
    throw new InvalidConfigException(config.file(), List.of(problem));
  }

  private static TopicInspection topics(RingpostConfig config) {
    return new TopicInspection(config);
  }

  private Cli cli() {
    return cli(CARELESS);
  }

  private Cli cli(Looks looks) {
    var checks =
        new CheckRun(Map.of(), InstantSource.system(), looks, logging::add, new PrintWriter(out));
    return new Cli(
        new PrintWriter(out),
        new PrintWriter(err),
        Logging.of(new LoggerContext()),
        new CheckCommand(checks),
        new TopicsCommand(checks));
  }

  private String valid() {
    Path file = folder.resolve("ringpost.yaml");
    if (!Files.exists(file)) {
      var local = LocalCredentials.in(folder);
      var key = local.signingKey("KEYKEYKEY1", "TEAMTEAM01");
      ConfigFile.of("no.such.invalid:9092")
          .apns(local, FreePort.find(), FreePort.find())
          .apps("com.example.phone", key)
          .write(file);
    }
    return file.toString();
  }

  private static Check check(RingpostConfig config) {
    AppConfig app = config.apps().getFirst();
    Endpoint nobody = config.apns().endpoint(Environment.PRODUCTION);
    return new Check(
        config,
        DirectorySettings.of("tokens", "dead", "signals", Duration.ofMinutes(1), Map.of(), true),
        new ApnsSettings(
            List.of(
                new AppSettings(
                    app.bundleIds(),
                    Set.of(Environment.PRODUCTION),
                    app.credential(),
                    PayloadSettings.DEFAULT)),
            1,
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            ApnsSettings.Expiration.ZERO,
            nobody,
            nobody,
            Optional.empty(),
            ApnsSettings.Canary.OFF,
            Optional.empty()),
        InstantSource.system(),
        UUID::randomUUID);
  }
}
