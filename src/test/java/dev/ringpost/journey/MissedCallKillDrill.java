package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers that are killed again and again while calls become missed ones: each is told, at least
 * once, and whatever is told twice takes the first one's place on the phone.
 */
class MissedCallKillDrill {

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final int CALLS = 120;
  private static final int KILLS = 3;
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(150);
  private static final Duration RING = Duration.ofSeconds(3);

  /** So that a kill meets alerts that are not answered. */
  private static final Duration APNS_TAKES = Duration.ofMillis(300);

  /** One in so many calls is answered. */
  private static final int ANSWERED = 3;

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void eachMissedCallIsToldThoughWorkersAreKilled() {
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    try (var kafka = LocalKafka.start();
        var apns =
            LocalApns.builder(credentials)
                .topic(APP.voipTopic())
                .topic(APP.value())
                .key(key)
                .start()) {
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .apns(credentials, apns, apns)
              .apps(APP.value(), key)
              .with("missed-call:\n  enabled: true\n")
              .write(folder.resolve("ringpost.yaml"));
      apns.answerAll(Behaviour.accepts().after(APNS_TAKES));
      var workers = new ArrayList<WorkerProcess>();
      try {
        workers.add(launch(config, workers.size()));
        try (var platform = new CallPlatform(kafka.bootstrapServers())) {
          for (int user = 0; user < CALLS; user++) {
            platform.register(user(user), phone(user, DeviceKey.Kind.VOIP));
            platform.register(user(user), phone(user, DeviceKey.Kind.ALERT));
          }
          List<CallId> missed = new ArrayList<>();
          List<CallId> answered = new ArrayList<>();
          for (int number = 0; number < CALLS; number++) {
            var call = new CallId("call-" + number);
            platform.invite(call, user(number), RING);
            boolean taken = number % ANSWERED == 0;
            (taken ? answered : missed).add(call);
            if (taken) {
              answer(platform, call);
            }
            LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
            if (number % (CALLS / (KILLS + 1)) == CALLS / (KILLS + 1) - 1
                && workers.size() <= KILLS) {
              workers.getLast().kill();
              workers.add(launch(config, workers.size()));
            }
          }

          await()
              .atMost(Duration.ofSeconds(60))
              .untilAsserted(
                  () -> assertThat(missed).allMatch(call -> !alerts(apns, call).isEmpty()));
          assertThat(workers).hasSize(KILLS + 1);
          assertThat(answered).allMatch(call -> alerts(apns, call).isEmpty());
          assertThat(missed).allSatisfy(call -> oneOnThePhone(alerts(apns, call)));
        }
      } finally {
        workers.forEach(WorkerProcess::close);
      }
    }
  }

  private WorkerProcess launch(Path config, int number) {
    var worker = WorkerProcess.start(config, folder, "worker-" + number);
    worker.awaitReady();
    return worker;
  }

  /**
   * Apple shows one notification for each collapse id, and takes an id that it has seen for a
   * repeat.
   */
  private static void oneOnThePhone(List<ReceivedPush> alerts) {
    assertThat(alerts.stream().map(alert -> alert.header("apns-collapse-id")).distinct())
        .hasSize(1);
    assertThat(alerts.stream().map(alert -> alert.header("apns-id")).distinct()).hasSize(1);
  }

  private static List<ReceivedPush> alerts(LocalApns apns, CallId call) {
    return apns.pushes().stream()
        .filter(push -> push.header("apns-push-type").equals("alert"))
        .filter(push -> push.json().at("/call/id").asText().equals(call.value()))
        .toList();
  }

  private static void answer(CallPlatform platform, CallId call) {
    byte[] signal =
        "{\"callId\": \"%s\", \"type\": \"answered\"}".formatted(call.value()).getBytes(UTF_8);
    platform.store(new ProducerRecord<>(CallPlatform.SIGNALS, null, signal));
  }

  private static UserId user(int number) {
    return new UserId("user-" + number);
  }

  private static Device phone(int user, DeviceKey.Kind kind) {
    return new Device(
        new DeviceId("iphone-1"),
        VoipToken.parse("%064x".formatted(kind == DeviceKey.Kind.VOIP ? user : CALLS + user)),
        APP,
        Environment.PRODUCTION,
        Instant.now(),
        Optional.empty(),
        kind);
  }
}
