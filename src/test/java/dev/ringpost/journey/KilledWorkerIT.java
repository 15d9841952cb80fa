package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.guarantees.CommitNeverPassesUnsettled;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import dev.ringpost.testing.guarantees.NothingLateRings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two workers of the shipped jar share the calls; one of them is killed in the middle, with pushes
 * that APNs has not answered and results that Kafka has not stored.
 */
@Execution(ExecutionMode.CONCURRENT)
class KilledWorkerIT {

  private static final BundleId APP = new BundleId("com.example.phone");

  /** Enough that their calls fall on every partition, so on both workers. */
  private static final int USERS = 30;

  private static final int CALLS = 400;
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(15);
  private static final Duration RING = Duration.ofSeconds(60);

  /** Keeps several calls in flight at any moment. */
  private static final Duration APNS_TAKES = Duration.ofMillis(250);

  /** Kafka takes its time with results, so that a commit ahead of its result is seen and costs. */
  private static final Map<String, String> SLOW_OUTPUTS =
      Map.of("RINGPOST_KAFKA_PROPERTIES_LINGER_MS", "1000");

  private static final Pattern IN_FLIGHT =
      Pattern.compile("^ringpost_invites_in_flight\\{source=\"invites\"} [1-9]", Pattern.MULTILINE);
  private static final Pattern UNSTORED =
      Pattern.compile("^ringpost_outputs_waiting\\{kind=\"result\"} [1-9]", Pattern.MULTILINE);

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void nothingIsLostWhenOneOfTwoWorkersIsKilled() {
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    try (var kafka = LocalKafka.start();
        var apns = LocalApns.builder(credentials).topic(APP.voipTopic()).key(key).start()) {
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .apns(credentials, apns, apns)
              .apps(APP.value(), key)
              .write(folder.resolve("ringpost.yaml"));
      apns.answerAll(Behaviour.accepts().after(APNS_TAKES));
      try (var first = WorkerProcess.start(config, folder, "first", SLOW_OUTPUTS);
          var second = WorkerProcess.start(config, folder, "second", SLOW_OUTPUTS)) {
        first.awaitReady();
        second.awaitReady();
        try (var platform = new CallPlatform(kafka.bootstrapServers());
            var commits = new CommitNeverPassesUnsettled(platform, "ringpost")) {
          for (int user = 0; user < USERS; user++) {
            platform.register(user(user), phone(user));
          }
          await().atMost(Duration.ofSeconds(30)).until(() -> sharing(first) && sharing(second));

          callWhileOneIsKilled(platform, first);
          assertThat(commits.breaches()).isEmpty();

          var settled = new EveryInviteSettled(platform);
          await()
              .atMost(Duration.ofSeconds(60))
              .untilAsserted(() -> assertThat(settled.breaches()).isEmpty());
          assertThat(platform.invited()).hasSize(CALLS);
          assertThat(commits.breaches()).isEmpty();
          assertThat(commits.looks()).isGreaterThan(10);
          assertThat(new NothingLateRings(apns, platform).breaches()).isEmpty();
          // What the first had in flight rang again, under the same ids: the kill hit something.
          assertThat(apns.received()).isGreaterThan(CALLS);
          assertThat(apns.pushes().stream().map(push -> push.header("apns-id")).distinct())
              .hasSize(CALLS);
          assertThat(second.terminate()).isZero();
        }
      }
    }
  }

  /**
   * Calls come without a pause: a victim that is looked at has not done all its work by its end.
   */
  private static void callWhileOneIsKilled(CallPlatform platform, WorkerProcess victim) {
    var called = new AtomicInteger();
    CompletableFuture<Void> calling =
        CompletableFuture.runAsync(
            () -> {
              for (int call = 0; call < CALLS; call++) {
                platform.invite(new CallId("call-" + call), user(call % USERS), RING);
                called.incrementAndGet();
                LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
              }
            },
            task -> Thread.ofVirtual().start(task));
    await()
        .pollInterval(BETWEEN_CALLS)
        .atMost(Duration.ofSeconds(30))
        .until(() -> called.get() >= CALLS / 2 && hasWork(victim));
    victim.kill();
    assertThat(calling).as("calls that come").isNotDone();
    calling.join();
  }

  /** Whether a worker has pushes that are not answered and results that are not stored. */
  private static boolean hasWork(WorkerProcess worker) {
    String metrics = worker.get("/metrics");
    return IN_FLIGHT.matcher(metrics).find() && UNSTORED.matcher(metrics).find();
  }

  /** Whether a worker has its share of the partitions and has seen every phone. */
  private static boolean sharing(WorkerProcess worker) {
    String metrics = worker.get("/metrics");
    return metrics.contains("ringpost_partitions{source=\"invites\"} 3.0")
        && metrics.contains("ringpost_view_entries{view=\"tokens\"} %d.0".formatted(USERS));
  }

  private static UserId user(int number) {
    return new UserId("user-" + number);
  }

  private static Device phone(int user) {
    return new Device(
        new DeviceId("iphone-1"),
        VoipToken.parse("%064x".formatted(user)),
        APP,
        Environment.PRODUCTION,
        Instant.now());
  }
}
