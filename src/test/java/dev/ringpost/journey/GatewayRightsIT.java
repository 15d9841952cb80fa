package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.tools.WorkerRights;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.CheckReport;
import dev.ringpost.tools.check.GatewayCheck;
import dev.ringpost.tools.check.TopicInspection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rights in {@code docs/gateway.md}, against a Kafka that allows nothing by itself: with all of
 * them a gateway stores what is posted and joins its webhook's group, and without any one of them
 * the check says which.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayRightsIT {

  private static final String USER = "gateway";
  private static final String GROUP = "ringpost.webhook";
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(20);

  private GuardedKafka kafka;
  private Path file;
  private RingpostConfig config;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka = GuardedKafka.start(folder, USER);
    Path open = ConfigFile.of(kafka.open()).write(folder.resolve("open.yaml"));
    assertThat(
            TopicInspection.of(ConfigLoader.loadWithoutApple(open, Map.of()))
                .report(true)
                .severity())
        .isEqualTo(Severity.OK);
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2-".repeat(4));
    file =
        ConfigFile.of(kafka.guarded(), kafka.properties())
            .with(
                """
                admin: {host: localhost, port: 0}
                gateway:
                  port: 0
                  webhook: {url: "http://localhost:%d/", secret-file: %s}
                """
                    .formatted(FreePort.find(), secret))
            .write(folder.resolve("gateway.yaml"));
    config = ConfigLoader.loadWithoutApple(file, Map.of());
    for (WorkerRights right : rights()) {
      kafka.give(List.of(right.binding(USER)));
    }
    until(GatewayRightsIT::isWell);
  }

  @AfterAll
  void stop() {
    kafka.close();
  }

  List<WorkerRights> rights() {
    return WorkerRights.ofGateway(config);
  }

  @Test
  void withAllRightsEverythingWorks() {
    try (LocalGateway gateway = LocalGateway.start(file, Optional.empty())) {
      String invite =
          "{\"callId\": \"c1\", \"callee\": \"alice\", \"caller\": {\"uri\":"
              + " \"sip:bob@example.com\"}}";
      assertThat(gateway.send("POST", "/v1/invites?wait=1ms", invite).statusCode()).isEqualTo(202);
      assertThat(
              gateway
                  .send("POST", "/v1/signals", "{\"callId\": \"c1\", \"type\": \"ended\"}")
                  .statusCode())
          .isEqualTo(204);
      assertThat(gateway.send("DELETE", "/v1/tokens/alice/phone").statusCode()).isEqualTo(204);
      await().atMost(WITHIN).until(() -> !group().members().isEmpty());
    }
  }

  private ConsumerGroupDescription group() throws Exception {
    return kafka
        .admin()
        .describeConsumerGroups(List.of(GROUP))
        .all()
        .get()
        .values()
        .iterator()
        .next();
  }

  @ParameterizedTest
  @MethodSource("rights")
  void withoutOneRightTheCheckSaysWhich(WorkerRights right) throws Exception {
    kafka.take(right.binding(USER));

    CheckReport report = until(it -> it.lines().stream().anyMatch(line -> names(line, right)));

    assertThat(report.lines().stream().filter(line -> line.severity() != Severity.OK))
        .as("no other right is said to be missing")
        .allMatch(line -> names(line, right));
    kafka.give(List.of(right.binding(USER)));
    until(GatewayRightsIT::isWell);
  }

  private static boolean names(CheckLine line, WorkerRights right) {
    return line.severity() != Severity.OK
        && line.subject().equals(right.name())
        && line.found().equals("does not allow this user to " + right.operation())
        && line.fix().contains("User:<the gateway's> --operation " + right.operation())
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
    return GatewayCheck.of(config).examine();
  }
}
