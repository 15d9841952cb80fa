package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.events.health.DeviceHealthCodec;
import dev.ringpost.journey.TypedCommands.Ended;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.tools.WorkerRights;
import dev.ringpost.tools.apple.LocalDataExport;
import dev.ringpost.tools.check.TopicInspection;
import dev.ringpost.tools.dlq.Replay;
import dev.ringpost.tools.records.SoleOwner;
import dev.ringpost.tools.topics.AccessRight;
import dev.ringpost.tools.topics.OperatorRights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
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
 * The rights that {@code docs/tools.md} lists for operators, against a Kafka that allows nothing by
 * itself: with its own each command works, and without any one of them it says which. Those of
 * synthetic calls are in {@link SyntheticRightsIT}.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorRightsIT {

  private static final String USER = "operator";
  private static final String REPLAY = "dlq replay";
  private static final String DEVICE_HEALTH = "voip-device-health";
  private static final UserId ALICE = new UserId("alice");
  private static final CallId CALL = new CallId("nobody-handles-it");
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private final AtomicInteger replays = new AtomicInteger();
  private final Map<String, List<WorkerRights>> rights = new LinkedHashMap<>();
  private GuardedKafka kafka;
  private LocalDataExport apple;
  private CallPlatform platform;
  private TypedCommands typed;

  /** A dead letter of a call to Alice. */
  private Origin letter;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka = GuardedKafka.start(folder, USER);
    Path open =
        ConfigFile.of(kafka.open())
            .with("  device-health: " + DEVICE_HEALTH + "\n")
            .write(folder.resolve("open.yaml"));
    assertThat(
            TopicInspection.of(ConfigLoader.loadWithoutApple(open, Map.of()))
                .report(true)
                .severity())
        .isEqualTo(Severity.OK);
    apple = export(Files.createDirectory(folder.resolve("apple")));
    Path file =
        ConfigFile.of(kafka.guarded(), kafka.properties())
            .with("  device-health: " + DEVICE_HEALTH + "\n")
            .with(
                """
                apns:
                  delivery-metrics: {token-folder: apple, url: "%s"}
                apps:
                  - bundle-ids: [com.example.phone]
                    key: {file: gone.p8, key-id: ABC123DEFG, team-id: TEAM123456}
                """
                    .formatted(apple.url()))
            .write(folder.resolve("operator.yaml"));
    RingpostConfig config = ConfigLoader.loadWithoutApple(file, Map.of());
    for (OperatorRights one : OperatorRights.all(config, Replay.GROUP)) {
      if (!one.command().equals("synthetic")) {
        rights.put(one.command(), one.rights().stream().map(WorkerRights::new).toList());
      }
    }
    Executor soon = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
    typed = new TypedCommands(file, "", soon::execute);
    platform = new CallPlatform(kafka.open());
    letter = letterTo(ALICE);
    furnish();
  }

  private static LocalDataExport export(Path tokens) throws IOException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    Files.writeString(tokens.resolve("com.example.phone"), "data-export-s3cret\n2099-01-01\n");
    return LocalDataExport.start("TEAM123456", today)
        .app(
            "com.example.phone",
            "data-export-s3cret",
            "Push Type,Status,Date (UTC),Count\nvoip,Delivered," + today.minusDays(1) + ",1200\n");
  }

  /** A phone that is registered, and deaf; an invite that nobody handles. */
  private void furnish() {
    var phone =
        new Device(
            new DeviceId("iphone-1"),
            VoipToken.parse("ab".repeat(32)),
            CallEnvironment.PHONE,
            Environment.PRODUCTION,
            Instant.now());
    var deaf =
        new DeviceHealth(
            phone.token().digest(),
            phone.app(),
            phone.environment(),
            true,
            5,
            Instant.now().minusSeconds(60),
            Instant.now());
    platform.register(ALICE, phone);
    platform.store(
        new ProducerRecord<>(
            DEVICE_HEALTH,
            new DeviceKey(ALICE, phone.id()).bytes(),
            DeviceHealthCodec.encode(deaf)));
    platform.invite(CALL, ALICE, CallEnvironment.RING);
  }

  private Origin letterTo(UserId callee) {
    var call = new CallId("dead-letter-" + replays.incrementAndGet());
    return platform.store(
        ReplayFixture.deadLetter(
            "internal", ReplayFixture.invite(call, callee), Instant.now().plusSeconds(90)));
  }

  @AfterAll
  void stop() {
    try (GuardedKafka _ = kafka;
        LocalDataExport _ = apple;
        CallPlatform _ = platform) {
      assertThat(rights).isNotEmpty();
    }
  }

  List<String> commands() {
    return List.copyOf(rights.keySet());
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @MethodSource("commands")
  void withItsRightsACommandWorksAndWithoutOneItSaysWhich(String command) throws Exception {
    List<WorkerRights> own = own(command);
    assertThat(own).isNotEmpty();
    Callable<Ended> run = () -> typed.run(line(command));
    give(own);
    try {
      until("with its rights", run, OperatorRightsIT::isDone);
      for (WorkerRights missing : own) {
        // only what a killed run has left is looked for among invites
        if (!command.equals(REPLAY) || !readsInvites(missing)) {
          kafka.take(missing.binding(USER));
          until("without " + missing, run, ended -> refuses(ended, missing));
          kafka.give(List.of(missing.binding(USER)));
        }
      }
    } finally {
      take(own);
    }
  }

  @TestInTurn
  void afterAKillADryRunOfAReplayReadsInvitesAndStillWritesNothing() throws Exception {
    Origin left = letterTo(new UserId("killed"));
    platform.store(
        new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, 0, null, new byte[] {'{'}));
    Map<String, Object> client = Map.of("bootstrap.servers", kafka.open());
    try (var owner = new SoleOwner(client, Replay.GROUP, CallPlatform.DEAD_LETTERS)) {
      ReplayFixture.underWay(owner, left, 0);
    }
    Callable<Ended> run = () -> typed.run("dlq", "replay", "--callee", "killed", "--dry-run");
    List<WorkerRights> reading =
        own(REPLAY).stream().filter(right -> right.operation().equals(AccessRight.READ)).toList();
    WorkerRights invites =
        reading.stream().filter(OperatorRightsIT::readsInvites).findFirst().orElseThrow();
    give(reading);
    try {
      until("with rights to read", run, OperatorRightsIT::isDone);
      kafka.take(invites.binding(USER));
      until("without " + invites, run, ended -> refuses(ended, invites));
    } finally {
      take(reading);
      kafka.admin().deleteConsumerGroups(List.of(Replay.GROUP)).all().get();
    }
    assertThat(reading).hasSizeLessThan(own(REPLAY).size());
  }

  private List<WorkerRights> own(String command) {
    return Objects.requireNonNull(rights.get(command));
  }

  private void give(List<WorkerRights> all) throws Exception {
    kafka.give(all.stream().map(right -> right.binding(USER)).toList());
  }

  private void take(List<WorkerRights> all) throws Exception {
    for (WorkerRights right : all) {
      kafka.take(right.binding(USER));
    }
  }

  /** A command with what it works on, as it is typed. */
  private String[] line(String command) {
    String more =
        switch (command) {
          case "trace" -> CALL.value();
          case "tokens list" -> "alice";
          case "tokens put" -> "alice iphone-2 --app com.example.phone --token " + "cd".repeat(32);
          case "tokens remove" -> "alice iphone-2";
          case "invite" -> "alice --caller sip:bob@example.com";
          case "signal" -> "by-hand cancelled";
          case "dlq list" -> "--callee alice";
          case "dlq show" -> letter.partition() + "@" + letter.offset();
          case REPLAY -> {
            var callee = new UserId("replayed-" + replays.incrementAndGet());
            letterTo(callee);
            yield "--callee " + callee.value();
          }
          case "deaf", "watch" -> "";
          case "apple" -> "--days 2";
          default -> throw new IllegalArgumentException(command + " is not known here");
        };
    return (command + " " + more).strip().split(" ", -1);
  }

  /** Rights come and go a moment later than they are given and taken. */
  private static void until(String what, Callable<Ended> run, Predicate<Ended> expected) {
    await().alias(what).atMost(WITHIN).pollDelay(Duration.ZERO).until(run, expected);
  }

  private static boolean isDone(Ended ended) {
    return ended.code() == ExitCode.CLEAN.number();
  }

  /** Whether it says which topic or group it may not use. */
  private static boolean refuses(Ended ended, WorkerRights missing) {
    String named =
        switch (missing.right().resource()) {
          case TOPIC -> missing.name();
          case GROUP -> "group " + missing.name();
        };
    return ended.code() == ExitCode.UNAVAILABLE.number()
        && (ended.out() + ended.err()).contains(named);
  }

  private static boolean readsInvites(WorkerRights right) {
    return right.name().equals(CallPlatform.INVITES) && right.operation().equals(AccessRight.READ);
  }
}
