package dev.ringpost;

import static dev.ringpost.CheckFixture.BAD_TOKEN;
import static dev.ringpost.CheckFixture.NOBODY;
import static dev.ringpost.CheckFixture.PHONE;
import static dev.ringpost.CheckFixture.found;
import static dev.ringpost.CheckFixture.line;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.TopicVariables;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.CheckReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The report of a check on a Kafka and an APNs that are well, and of each thing that is not. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeCheckTest {

  private static final JsonMapper JSON = new JsonMapper();

  private CheckFixture fixture;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    fixture = new CheckFixture(folder);
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  @TestInTurn
  void aHealthyClusterIsOkLineByLine() throws Exception {
    CheckReport report = fixture.examine(Map.of());

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
    assertThat(found(report, "view", "voip-tokens"))
        .isEqualTo("1 record read, 1.0 per registered device, all valid");
    assertThat(found(report, "fail-over", ""))
        .startsWith("a dead worker's partitions have no owner for about 6 s, at most 7.5 s;")
        .endsWith("(the brokers accept 6 s at least: group.min.session.timeout.ms)");
    assertThat(found(report, "apns", PHONE + " in production"))
        .matches(
            "APNs answers 400 BadDeviceToken to a token that no phone has, after \\d+ ms: it"
                + " accepts key KEYKEYKEY1 of team TEAMTEAM01");
    assertThat(report.text().getLast()).isEqualTo("25 ok, 0 warnings, 0 failed");
    JsonNode json = JSON.readTree(report.json());
    assertThat(json.path("status").asText()).isEqualTo("ok");
    assertThat(json.path("lines")).hasSize(25);
  }

  @TestInTurn
  void itLeavesNothingBehind() throws Exception {
    Map<String, String> names = TopicVariables.prefixed("untouched.");

    CheckReport report = fixture.examine(names);

    assertThat(line(report, "topic", "untouched.INVITES").found())
        .isEqualTo("does not exist yet; a worker creates it at start, and may");
    assertThat(fixture.admin.listTopics().names().get())
        .noneMatch(name -> name.startsWith("untouched."));
    assertThat(fixture.admin.listGroups().all().get()).isEmpty();
  }

  @TestInTurn
  void aSlowFailoverIsAWarning() throws Exception {
    assertThat(
            line(
                fixture.examine(Map.of("RINGPOST_KAFKA_GROUP_PROTOCOL", "consumer")),
                "fail-over",
                ""))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("45 s"))
        .satisfies(line -> assertThat(line.fix()).contains("consumer.session.timeout.ms"));
  }

  @TestInTurn
  void aSessionTimeOutThatTheBrokersRefuseIsAFailure() throws Exception {
    CheckReport report =
        fixture.examine(Map.of("RINGPOST_KAFKA_PROPERTIES_SESSION_TIMEOUT_MS", "2000"));

    assertThat(line(report, "fail-over", ""))
        .returns(Severity.FAILED, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("is 2 s", "accept 6 s at least"))
        .satisfies(line -> assertThat(line.fix()).contains("group.min.session.timeout.ms"));
  }

  @TestInTurn
  void aKafkaThatIsNotThereIsOneLineAndApnsIsTriedAllTheSame() throws Exception {
    CheckReport report =
        fixture.examine(Map.of("RINGPOST_KAFKA_BOOTSTRAP_SERVERS", "no.such.invalid:9092"));

    assertThat(report.lines())
        .filteredOn(line -> line.severity() != Severity.OK)
        .singleElement()
        .returns("kafka", CheckLine::check)
        .returns(Severity.FAILED, CheckLine::severity);
    assertThat(report.lines()).anyMatch(line -> line.check().equals("apns"));
  }

  @TestInTurn
  void anApnsThatIsNotThereFailsOnce() throws Exception {
    CheckReport report =
        fixture.examine(Map.of("RINGPOST_APNS_PRODUCTION_PORT", Integer.toString(FreePort.find())));

    assertThat(report.lines())
        .filteredOn(line -> line.severity() != Severity.OK)
        .singleElement()
        .returns("apns", CheckLine::check)
        .returns("production", CheckLine::subject)
        .satisfies(line -> assertThat(line.found()).endsWith("refuses connections"));
  }

  @TestInTurn
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
    fixture.production.answer(NOBODY, Behaviour.rejects(status, reason));
    try {
      return line(fixture.examine(Map.of()), "apns", PHONE + " in production");
    } finally {
      fixture.production.answer(NOBODY, BAD_TOKEN);
    }
  }

  @TestInTurn
  void aCertificateThatEndsSoonIsAWarning() throws Exception {
    // certificates of the local CA are good for a year
    InstantSource clock = InstantSource.offset(InstantSource.system(), Duration.ofDays(350));

    assertThat(line(fixture.examine(Map.of(), clock), "credential", "apps[1]"))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("expires in 1"))
        .satisfies(line -> assertThat(line.fix()).contains("without a restart"));
  }

  /** No phone needs it, so nothing fails. */
  @TestInTurn
  void aTokenOfTheDataExportThatEndsSoonIsAWarning(@TempDir Path tokens) throws Exception {
    Files.writeString(tokens.resolve(PHONE), "t0ken\n2099-01-01\n");
    var environment = Map.of("RINGPOST_APNS_DELIVERY_METRICS_TOKEN_FOLDER", tokens.toString());

    assertThat(line(fixture.examine(environment), "credential", PHONE))
        .returns(Severity.OK, CheckLine::severity);
    Files.writeString(tokens.resolve(PHONE), "t0ken\n2020-01-01\n");
    assertThat(line(fixture.examine(environment), "credential", PHONE))
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("ended on 2020-01-01"));
  }
}
