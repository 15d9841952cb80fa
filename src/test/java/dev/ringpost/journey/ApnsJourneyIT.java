package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.MountedKey;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.SigningKey;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A journey on Apple's side as the platform, the probes and Prometheus see it: a worker that asks
 * APNs about its credentials before it is ready, and two apps whose keys are mounted as Kubernetes
 * does it. In this order.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApnsJourneyIT {

  private static final String TEAM = "TEAMTEAM01";

  /** Two looks at the files, 10 s apart, and what a slow machine adds. */
  private static final Duration MOVED_WITHIN = Duration.ofSeconds(60);

  private static final Duration READY_WITHIN = Duration.ofSeconds(40);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration CALL_EVERY = Duration.ofMillis(50);

  /** How many calls are looked at before an exchange, and after. */
  private static final int SOME_CALLS = 40;

  private LocalKafka kafka;
  private Path folder;
  private LocalCredentials credentials;
  private SigningKey phoneKey;
  private SigningKey deskKey;
  private SigningKey nextKey;
  private MountedKey phoneMount;
  private MountedKey deskMount;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path given) throws Exception {
    folder = given;
    kafka = LocalKafka.start();
    credentials = LocalCredentials.in(folder);
    phoneKey = credentials.signingKey("PHONEKEY01", TEAM);
    deskKey = credentials.signingKey("DESKKEY001", TEAM);
    nextKey = credentials.signingKey("NEXTKEY001", TEAM);
    phoneMount = new MountedKey(Files.createDirectory(folder.resolve("phone")));
    deskMount = new MountedKey(Files.createDirectory(folder.resolve("desk")));
    phoneMount.put(phoneKey);
    deskMount.put(deskKey);
    LocalApns production = apns().key(phoneKey).key(deskKey).key(nextKey).start();
    LocalApns sandbox = apns().key(phoneKey).key(deskKey).key(nextKey).start();
    Path config = config("taken", production, sandbox);
    environment = CallEnvironment.of(kafka.bootstrapServers(), production, sandbox, config);
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @TestInTurn
  @Order(1)
  void aWorkerWhoseCredentialApnsRefusesIsNotReadyAndSaysWhichAndWhy() {
    try (LocalApns knowsNoKey = apns().start();
        LocalWorker worker = LocalWorker.start(config("refused", knowsNoKey, knowsNoKey))) {
      worker.awaitAdminPort();

      await()
          .atMost(READY_WITHIN)
          .pollInterval(LOOK)
          .untilAsserted(
              () -> {
                HttpResponse<String> page = worker.page("/readyz");
                JsonNode answer = CallPlatform.json(page.body());
                assertThat(page.statusCode()).isEqualTo(503);
                assertThat(answer.path("ready").asBoolean()).isFalse();
                // nothing else is missing, so nothing else keeps it from being ready
                assertThat(answer.path("notReady"))
                    .extracting(JsonNode::asText)
                    .containsExactlyInAnyOrder(
                        refusal(CallEnvironment.PHONE.value(), "production"),
                        refusal(CallEnvironment.PHONE.value(), "sandbox"),
                        refusal(CallEnvironment.DESK.value(), "production"),
                        refusal(CallEnvironment.DESK.value(), "sandbox"));
              });
      assertThat(worker.page("/livez").statusCode()).isEqualTo(200);
    }
  }

  private static String refusal(String app, String environment) {
    return "APNs refuses the credential of %s in %s: APNs answered 403 InvalidProviderToken"
        .formatted(app, environment);
  }

  @TestInTurn
  @Order(2)
  void aWorkerWhoseCredentialsApnsTakesIsReady() {
    environment.startWorker();

    HttpResponse<String> page = environment.worker().page("/readyz");
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
  }

  @TestInTurn
  @Order(3)
  void aTokenOfTheOtherEnvironmentRingsThereAndTheResultSaysSo() {
    var user = new UserId("installed-by-xcode");
    Device phone = environment.phone("phone");
    environment.production().answer(phone.token(), Behaviour.rejects(400, "BadDeviceToken"));
    environment.platform().register(user, phone);

    JsonNode first = environment.callUntil(user, result -> result.path("devices").size() == 1);
    JsonNode second = environment.call(user);

    for (JsonNode result : List.of(first, second)) {
      assertThat(result.path("verdict").asText()).isEqualTo("accepted");
      assertThat(result.path("attempt").asInt()).isEqualTo(1);
      assertThat(result.at("/devices/0/outcome").asText()).isEqualTo("accepted");
      assertThat(result.at("/devices/0/environment").asText()).isEqualTo("sandbox");
    }
    assertThat(first.at("/devices/0/tries").asInt()).isEqualTo(2);
    assertThat(second.at("/devices/0/tries").asInt()).isEqualTo(1);
    assertThat(environment.production().pushes(phone.token())).hasSize(1);
    assertThat(environment.sandbox().pushes(phone.token())).hasSize(2);
  }

  @TestInTurn
  @Order(4)
  void credentialsAreExchangedOrRefusedUnderLoadAndNoCallIsTheWorse() {
    var user = new UserId("called-all-the-time");
    Device phone = environment.phone("phone", CallEnvironment.PHONE, Environment.PRODUCTION);
    Device desk = environment.phone("desk", CallEnvironment.DESK, Environment.PRODUCTION);
    environment.give(user, phone, desk);
    SigningKey stranger = credentials.signingKey("STRANGER01", TEAM);
    Queue<Origin> calls = new ConcurrentLinkedQueue<>();

    try (ScheduledExecutorService caller = Executors.newSingleThreadScheduledExecutor()) {
      var _ =
          caller.scheduleAtFixedRate(
              () ->
                  environment
                      .platform()
                      .inviteLater(environment.freshCall(), user, CallEnvironment.RING, calls::add),
              0,
              CALL_EVERY.toNanos(),
              TimeUnit.NANOSECONDS);
      awaitMoreThan(SOME_CALLS, calls);
      phoneMount.put(nextKey);
      deskMount.put(stranger);
      await()
          .atMost(MOVED_WITHIN)
          .pollInterval(LOOK)
          .untilAsserted(
              () -> {
                String metrics = environment.worker().get("/metrics");
                for (Environment environment : Environment.values()) {
                  assertThat(reloads(metrics, CallEnvironment.PHONE, environment, "moved"))
                      .isEqualTo(1);
                  assertThat(reloads(metrics, CallEnvironment.DESK, environment, "refused"))
                      .isEqualTo(1);
                }
              });
      await().until(() -> lastKeyId(phone).equals(nextKey.keyId()));
      awaitMoreThan(calls.size() + SOME_CALLS, calls);
      caller.shutdown();
    }

    for (Origin call : calls) {
      JsonNode result = environment.resultOf(call);
      assertThat(environment.platform().results(call)).hasSize(1);
      assertThat(result.path("verdict").asText()).isEqualTo("accepted");
      assertThat(result.path("attempt").asInt()).isEqualTo(1);
      assertThat(result.path("devices"))
          .extracting(device -> device.path("outcome").asText())
          .containsExactly("accepted", "accepted");
    }
    assertThat(keyIds(phone)).containsExactlyInAnyOrder(phoneKey.keyId(), nextKey.keyId());
    assertThat(keyIds(desk)).containsExactly(deskKey.keyId());
    assertThat(lastKeyId(phone)).isEqualTo(nextKey.keyId());
    assertThat(environment.worker().page("/readyz").statusCode()).isEqualTo(200);
  }

  private static void awaitMoreThan(int count, Queue<Origin> calls) {
    await().atMost(READY_WITHIN).pollInterval(LOOK).until(() -> calls.size() > count);
  }

  /** How often new credentials of an app came to that end, by the worker's meters. */
  private static double reloads(String metrics, BundleId app, Environment environment, String end) {
    String series =
        "ringpost_apns_credential_reloads_total{app=\"%s\",end=\"%s\",environment=\"%s\"} "
            .formatted(app.value(), end, environment.wire());
    return metrics
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .sum();
  }

  private String lastKeyId(Device device) {
    return environment.production().pushes(device.token()).getLast().keyId();
  }

  private Set<String> keyIds(Device device) {
    return environment.production().pushes(device.token()).stream()
        .map(ReceivedPush::keyId)
        .collect(Collectors.toSet());
  }

  private LocalApns.Builder apns() {
    return LocalApns.builder(credentials)
        .topic(CallEnvironment.PHONE.voipTopic())
        .topic(CallEnvironment.DESK.voipTopic());
  }

  /** The configuration of a worker in a group of its own that waits for its canaries. */
  private Path config(String group, LocalApns production, LocalApns sandbox) {
    return ConfigFile.of(kafka.bootstrapServers())
        .withCanary()
        .apns(credentials, production, sandbox)
        .with("    ready: true\napps:\n")
        .with(app(CallEnvironment.PHONE, phoneMount))
        .with(app(CallEnvironment.DESK, deskMount))
        .with("admin:\n  host: localhost\n  port: 0\nintake:\n  group: " + group + "\n")
        .write(folder.resolve(group + ".yaml"));
  }

  private static String app(BundleId app, MountedKey mount) {
    return """
      - bundle-ids: [%s]
        key:
          file: %s
          key-id-file: %s
          team-id: %s
    """
        .formatted(app.value(), mount.keyFile(), mount.keyIdFile(), TEAM);
  }
}
