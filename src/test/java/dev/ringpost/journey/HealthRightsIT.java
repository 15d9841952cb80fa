package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.WireTime;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalHealth;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.tools.WorkerRights;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.CheckReport;
import dev.ringpost.tools.check.HealthCheck;
import dev.ringpost.tools.check.TopicInspection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rights that {@code docs/tools.md} lists, against a Kafka that allows nothing by itself: with
 * all of them {@code ringpost health} works, and without any one of them the check says which.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthRightsIT {

  private static final String USER = "health";
  private static final String TOPIC = "voip-device-health";
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(20);

  private GuardedKafka kafka;
  private Path file;
  private RingpostConfig config;
  private List<WorkerRights> rights;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka = GuardedKafka.start(folder, USER);
    Path open =
        ConfigFile.of(kafka.open())
            .with("  device-health: " + TOPIC + "\n")
            .write(folder.resolve("open.yaml"));
    assertThat(
            TopicInspection.of(ConfigLoader.loadWithoutApple(open, Map.of()))
                .report(true)
                .severity())
        .isEqualTo(Severity.OK);
    file =
        ConfigFile.of(kafka.guarded(), kafka.properties())
            .with("  device-health: " + TOPIC + "\nadmin: {host: localhost, port: 0}\n")
            .write(folder.resolve("health.yaml"));
    config = ConfigLoader.loadWithoutApple(file, Map.of());
    rights = WorkerRights.ofHealth(config);
    for (WorkerRights right : rights) {
      kafka.give(List.of(right.binding(USER)));
    }
    until(HealthRightsIT::isWell);
  }

  @AfterAll
  void stop() {
    kafka.close();
  }

  @TestInTurn
  void withTheseRightsItFindsAndWritesAndWithoutOneItIsNotReady() throws Exception {
    try (LocalHealth health = LocalHealth.start(file)) {
      await().atMost(WITHIN).until(() -> health.metric("ringpost_health_working") == 1);
      calls();
      await().atMost(WITHIN).until(() -> !TopicContents.upToNow(kafka.open(), TOPIC).isEmpty());
      assertThat(health.notReady()).isEmpty();
    }
    for (WorkerRights missing : rights) {
      // that it may not write is known only once there is something to write
      if (missing.operation().equals("Read")) {
        kafka.take(missing.binding(USER));
        try (LocalHealth health = LocalHealth.launch(file)) {
          await()
              .alias("without " + missing)
              .atMost(WITHIN)
              .until(() -> health.notReady().stream().anyMatch(it -> it.contains("Authorization")));
        }
        kafka.give(List.of(missing.binding(USER)));
      }
    }
  }

  List<WorkerRights> rights() {
    return rights;
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @MethodSource("rights")
  void withoutOneRightTheCheckSaysWhich(WorkerRights right) throws Exception {
    kafka.take(right.binding(USER));

    CheckReport report = until(it -> it.lines().stream().anyMatch(line -> names(line, right)));

    assertThat(report.lines().stream().filter(line -> line.severity() != Severity.OK))
        .as("no other right is said to be missing")
        .allMatch(line -> names(line, right));
    kafka.give(List.of(right.binding(USER)));
    until(HealthRightsIT::isWell);
  }

  private static boolean names(CheckLine line, WorkerRights right) {
    return line.severity() != Severity.OK
        && line.subject().equals(right.name())
        && line.found().equals("does not allow this user to " + right.operation())
        && line.fix().contains("User:<ringpost health's> --operation " + right.operation())
        && line.fix().endsWith(" " + right.name());
  }

  private static boolean isWell(CheckReport report) {
    return report.severity() == Severity.OK;
  }

  private CheckReport until(Predicate<CheckReport> expected) {
    return await()
        .atMost(WITHIN)
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOK)
        .until(this::examine, expected);
  }

  private CheckReport examine() throws InvalidConfigException {
    return HealthCheck.of(config).examine();
  }

  /** Two that ring, and one that does not. */
  private void calls() {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.open()),
            new StringSerializer(),
            new StringSerializer())) {
      Instant at = Instant.now().minusSeconds(60);
      for (String user : List.of("a", "b", "c")) {
        if (!user.equals("c")) {
          var _ =
              producer.send(
                  new ProducerRecord<>(
                      "call-signals",
                      user,
                      """
                      {"callId":"%s","callee":"%s","type":"ringing","deviceId":"phone","at":"%s"}
                      """
                          .formatted(user, user, WireTime.of(at))));
        }
        var _ = producer.send(new ProducerRecord<>("call-push-results", user, result(user, at)));
      }
    }
  }

  private static String result(String user, Instant at) {
    return """
    {"callId":"%s","callee":"%s","invite":{"topic":"call-invites","partition":0,"offset":1},
     "attempt":1,"final":true,"verdict":"accepted",
     "devices":[{"deviceId":"phone","tokenDigest":"0123456789ab","app":"com.example.phone",
       "registeredEnvironment":"production","outcome":"accepted"}],
     "invitedAt":"%s","expiresAt":"%s","decidedAt":"%s"}
    """
        .formatted(user, user, WireTime.of(at), WireTime.of(at.plusSeconds(30)), WireTime.of(at));
  }
}
