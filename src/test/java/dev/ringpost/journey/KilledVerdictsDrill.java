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
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers that are killed while phones ring. Each callee has two phones, of which one tells: what a
 * killed worker had not committed rings the other one again, is accepted again, and would have a
 * second verdict once more if the first one had been told.
 */
class KilledVerdictsDrill {

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final int USERS = 30;
  private static final int CALLS = 900;
  private static final int KILL_EVERY = 250;
  private static final int KEPT = 10 * CALLS;
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(15);
  private static final Duration RING = Duration.ofSeconds(60);
  private static final Duration APNS_TAKES = Duration.ofMillis(30);

  /** So long a call may be watched until it is told to be silent, and read. */
  private static final Duration WATCHED = Duration.ofSeconds(8);

  /**
   * Results and second verdicts are stored together, once a second: a kill finds many that are
   * stored and not committed yet.
   */
  private static final Map<String, String> SLOW_OUTPUTS =
      Map.of("RINGPOST_KAFKA_PROPERTIES_LINGER_MS", "1000");

  private static final Pattern UNSTORED =
      Pattern.compile("^ringpost_outputs_waiting\\{kind=\"result\"} [1-9]", Pattern.MULTILINE);

  private final Set<String> rung = new HashSet<>();
  private int seen;

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void noSecondVerdictIsDoubledThoughWorkersAreKilled() {
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    try (var kafka = LocalKafka.start();
        var apns =
            LocalApns.builder(credentials)
                .topic(APP.voipTopic())
                .keepPushes(KEPT)
                .key(key)
                .start()) {
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .apns(credentials, apns, apns)
              .apps(APP.value(), key)
              .write(folder.resolve("ringpost.yaml"));
      apns.answerAll(Behaviour.accepts().after(APNS_TAKES));
      try (var first = WorkerProcess.start(config, folder, "first", SLOW_OUTPUTS);
          var second = WorkerProcess.start(config, folder, "second", SLOW_OUTPUTS);
          var third = WorkerProcess.start(config, folder, "third", SLOW_OUTPUTS);
          var fourth = WorkerProcess.start(config, folder, "fourth", SLOW_OUTPUTS)) {
        List.of(first, second, third, fourth).forEach(WorkerProcess::awaitReady);
        try (var platform = new CallPlatform(kafka.bootstrapServers())) {
          for (int user = 0; user < USERS; user++) {
            platform.register(user(user), phone(user, 0));
            platform.register(user(user), phone(user, 1));
          }
          await().atMost(Duration.ofSeconds(30)).until(() -> knowsAll(fourth));

          callWhileWorkersAreKilled(platform, apns, List.of(first, second, third));

          var settled = new EveryInviteSettled(platform);
          await()
              .atMost(Duration.ofSeconds(60))
              .untilAsserted(
                  () -> {
                    tellOfRinging(platform, apns);
                    assertThat(settled.breaches()).isEmpty();
                  });
          LockSupport.parkNanos(WATCHED.toNanos());
          assertThat(platform.doubledSecondVerdicts()).isEmpty();
          assertThat(platform.secondVerdicts()).hasSizeGreaterThan(CALLS / 2);
          assertThat(apns.received()).as("kills made phones ring again").isGreaterThan(2 * CALLS);
        }
      }
    }
  }

  private void callWhileWorkersAreKilled(
      CallPlatform platform, LocalApns apns, List<WorkerProcess> victims) {
    int killed = 0;
    for (int call = 0; call < CALLS; call++) {
      platform.invite(new CallId("call-" + call), user(call % USERS), RING);
      tellOfRinging(platform, apns);
      LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
      if (killed < victims.size()
          && call >= (killed + 1) * KILL_EVERY
          && UNSTORED.matcher(victims.get(killed).get("/metrics")).find()) {
        victims.get(killed).kill();
        killed++;
      }
    }
    assertThat(killed).isEqualTo(victims.size());
  }

  /** The first phone of each callee rings, once for each call. */
  private void tellOfRinging(CallPlatform platform, LocalApns apns) {
    List<ReceivedPush> pushes = apns.pushes();
    for (ReceivedPush push : pushes.subList(seen, pushes.size())) {
      String call = push.json().at("/call/id").asText();
      if (call.isEmpty() || !push.accepted()) {
        continue;
      }
      int user = Integer.parseInt(call.substring("call-".length())) % USERS;
      if (push.token().equals(token(user, 0)) && rung.add(call)) {
        platform.ringingLater(new CallId(call), user(user), new DeviceId("iphone-0"), _ -> {});
      }
    }
    seen = pushes.size();
  }

  private static boolean knowsAll(WorkerProcess worker) {
    return worker
        .get("/metrics")
        .contains("ringpost_view_entries{view=\"tokens\"} %d.0".formatted(2 * USERS));
  }

  private static UserId user(int number) {
    return new UserId("user-" + number);
  }

  private static String token(int user, int device) {
    return "%064x".formatted(user * 10 + device);
  }

  private static Device phone(int user, int device) {
    return new Device(
        new DeviceId("iphone-" + device),
        VoipToken.parse(token(user, device)),
        APP,
        Environment.PRODUCTION,
        Instant.now());
  }
}
