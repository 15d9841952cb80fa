package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.Worker;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.TopicVariables;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.tools.WorkerRights;
import dev.ringpost.tools.check.Check;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.CheckReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.common.acl.AclBinding;
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
 * The rights in {@code docs/security.md}, against a Kafka with SASL_SSL, SCRAM and an authorizer
 * that allows nothing by itself: with all of them everything works, and without any one of them the
 * check says which.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessRightsIT {

  private static final String USER = "ringpost";
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(20);

  private GuardedKafka kafka;
  private CallEnvironment environment;

  /** The worker's own; the same with topics that do not exist; the same with the new protocol. */
  private RingpostConfig config;

  private RingpostConfig absent;
  private RingpostConfig brokers;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka = GuardedKafka.start(folder, USER);
    environment =
        CallEnvironment.on(
            kafka.open(), folder, ConfigFile.of(kafka.guarded(), kafka.properties()), "");
    config = load(Map.of());
    absent = load(TopicVariables.prefixed("absent."));
    brokers = load(Map.of("RINGPOST_KAFKA_GROUP_PROTOCOL", "consumer"));
    kafka.give(bindings());
    environment.startWorker();
    environment.give(new UserId("somebody"), environment.phone("phone"));
    await()
        .atMost(WITHIN)
        .until(
            () -> check(config).examine().lines().stream().allMatch(AccessRightsIT::isAsGuarded));
  }

  private RingpostConfig load(Map<String, String> variables) throws Exception {
    return ConfigLoader.load(environment.config(), variables, InstantSource.system());
  }

  /** Only the look of the check at the clocks needs a right that no worker has, and it says so. */
  private static boolean isAsGuarded(CheckLine line) {
    return line.check().equals("clock")
        ? line.severity() == Severity.WARNING
            && line.found().contains("no right to Describe the cluster")
            && line.fix().contains("--operation Describe --cluster")
        : line.severity() == Severity.OK;
  }

  @AfterAll
  void stop() {
    try (GuardedKafka _ = kafka;
        CallEnvironment _ = environment) {
      assertThat(config).isNotNull();
    }
  }

  /** Every right of every kind of worker, with the configuration under which it counts. */
  record Taken(RingpostConfig config, WorkerRights right) {
    @Override
    public String toString() {
      return right.toString();
    }
  }

  List<Taken> rights() {
    List<Taken> rights = new ArrayList<>();
    WorkerRights.of(config).stream()
        .filter(right -> !right.operation().equals("Create"))
        .forEach(right -> rights.add(new Taken(config, right)));
    WorkerRights.of(absent).stream()
        .filter(right -> right.operation().equals("Create"))
        .forEach(right -> rights.add(new Taken(absent, right)));
    WorkerRights.of(brokers).stream()
        .filter(right -> !WorkerRights.of(config).contains(right))
        .forEach(right -> rights.add(new Taken(brokers, right)));
    return rights;
  }

  private List<AclBinding> bindings() {
    List<AclBinding> bindings = new ArrayList<>();
    for (RingpostConfig one : List.of(config, absent, brokers)) {
      WorkerRights.of(one).forEach(right -> bindings.add(right.binding(USER)));
    }
    return bindings.stream().distinct().toList();
  }

  @TestInTurn
  void withAllRightsEverythingWorks() throws Exception {
    var busy = new UserId("rings-at-the-second-try");
    Device phone = environment.phone("busy");
    environment.give(busy, phone);
    // Twice: the first is tried again at once on another connection.
    Behaviour unavailable = Behaviour.rejects(503, "ServiceUnavailable");
    environment.production().answerNext(phone.token(), unavailable, unavailable);
    Origin retried =
        environment.platform().invite(environment.freshCall(), busy, CallEnvironment.RING);
    await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(() -> verdicts(retried), verdicts -> verdicts.contains("accepted"));
    assertThat(environment.platform().results(retried)).hasSizeGreaterThan(1);

    environment.platform().publish("nobody", "no JSON");
    await().atMost(WITHIN).until(() -> !environment.platform().deadLetters().isEmpty());

    var sold = new UserId("sold-the-phone");
    Device dead = environment.phone("dead");
    environment.give(sold, dead);
    environment
        .production()
        .answer(dead.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));
    environment.call(sold);
    environment.callUntil(sold, result -> result.path("verdict").asText().equals("all_dead"));
    assertThat(TopicContents.upToNow(kafka.open(), CallPlatform.INVALIDATIONS)).hasSize(1);

    environment.callUntil(busy, result -> true);
    silencedOnceToldItIsOver(busy);

    await()
        .atMost(WITHIN)
        .until(
            () ->
                !kafka
                    .admin()
                    .listConsumerGroupOffsets(config.intake().group())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .isEmpty());
    assertThat(examine(absent).lines())
        .filteredOn(line -> line.check().equals("topic"))
        .allMatch(line -> line.severity() == Severity.OK);
    assertThat(examine(brokers).lines()).allMatch(AccessRightsIT::isWell);
  }

  /** The broker's own session time-out is 45 s, about which the check rightly warns. */
  private static boolean isSlow(CheckLine line) {
    return line.check().equals("fail-over") && line.found().contains("45 s");
  }

  /** Signals are read: a call that has been told to be over rings no phone. */
  private void silencedOnceToldItIsOver(UserId user) {
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              CallId call = environment.freshCall();
              environment.platform().signalLater(call, "ended", _ -> {});
              JsonNode result =
                  environment.resultOf(
                      environment.platform().invite(call, user, CallEnvironment.RING));
              return result.path("verdict").asText().equals("ended");
            });
  }

  @ParameterizedTest
  @MethodSource("rights")
  @Execution(ExecutionMode.SAME_THREAD)
  void withoutOneRightTheCheckSaysWhich(Taken taken) throws Exception {
    WorkerRights right = taken.right();
    kafka.take(right.binding(USER));

    CheckReport report =
        until(taken.config(), it -> it.lines().stream().anyMatch(line -> names(line, right)));

    assertThat(report.lines().stream().filter(line -> !isWell(line)))
        .as("no other right is said to be missing")
        .allMatch(line -> names(line, right));
    kafka.give(List.of(right.binding(USER)));
    until(taken.config(), it -> it.lines().stream().allMatch(AccessRightsIT::isWell));
  }

  private static boolean isWell(CheckLine line) {
    return line.severity() == Severity.OK || isSlow(line);
  }

  @TestInTurn
  void aWorkerDoesNotStartWithoutARightToRead() throws Exception {
    WorkerRights right = take(CallPlatform.INVITES, "Read");

    assertThatThrownBy(() -> Worker.of(config, InstantSource.system(), () -> {}).run())
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("topic call-invites does not allow this user to Read")
        .hasMessageContaining("--operation Read --topic call-invites");
    giveBack(right);
  }

  /** One that is started in the middle of an output's outage rings, as the others do. */
  @TestInTurn
  void aWorkerStartsWithoutARightToWrite() throws Exception {
    WorkerRights right = take(CallPlatform.DEAD_LETTERS, "Write");
    Worker worker = Worker.of(config, InstantSource.system(), () -> {});
    Thread running =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    worker.run();
                  } catch (StartRefusedException _) {
                    // Then it never comes past its start.
                  }
                });
    try {
      await()
          .atMost(WITHIN)
          .until(() -> !worker.notReady().equals(List.of("the worker is starting")));
    } finally {
      worker.stop();
      running.join(WITHIN);
    }
    giveBack(right);
  }

  private WorkerRights take(String topic, String operation) throws Exception {
    WorkerRights right =
        WorkerRights.of(config).stream()
            .filter(it -> it.name().equals(topic))
            .filter(it -> it.operation().equals(operation))
            .findFirst()
            .orElseThrow();
    kafka.take(right.binding(USER));
    until(config, it -> it.lines().stream().anyMatch(line -> names(line, right)));
    return right;
  }

  private void giveBack(WorkerRights right) throws Exception {
    kafka.give(List.of(right.binding(USER)));
    until(config, it -> it.lines().stream().allMatch(AccessRightsIT::isWell));
  }

  /** Whether a line says that the right is missing, and how to give it. */
  private static boolean names(CheckLine line, WorkerRights right) {
    return line.severity() != Severity.OK
        && (line.subject().startsWith(right.name()) || line.found().contains(right.name()))
        && line.fix().contains(right.operation());
  }

  private CheckReport until(RingpostConfig config, Predicate<CheckReport> expected) {
    return await()
        .atMost(WITHIN)
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOK)
        .until(() -> examine(config), expected);
  }

  private List<String> verdicts(Origin invite) {
    return environment.platform().results(invite).stream()
        .map(result -> result.path("verdict").asText())
        .toList();
  }

  private static CheckReport examine(RingpostConfig config) {
    return WorkerRights.examine(check(config));
  }

  private static Check check(RingpostConfig config) {
    try {
      return Check.of(config, InstantSource.system(), UUID::randomUUID);
    } catch (InvalidConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
