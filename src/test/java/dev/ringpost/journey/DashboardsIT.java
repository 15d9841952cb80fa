package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.monitoring.Dashboards;
import dev.ringpost.monitoring.LocalPrometheus;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.apns.Behaviour;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a worker that rings phones, and every panel has something to show. */
@Needs(Need.PROMETHEUS)
@Timeout(90)
class DashboardsIT {

  private static final UserId ALICE = new UserId("alice");
  private static final UserId DAVE = new UserId("dave-with-a-dead-phone");
  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration SCRAPED_FOR = Duration.ofSeconds(3);

  @Test
  void everyExpressionOfTheDashboardsReturnsData(@TempDir Path folder) {
    try (var kafka = LocalKafka.start();
        var stage =
            Stage.on(
                    kafka.bootstrapServers(),
                    folder,
                    ConfigFile.of(kafka.bootstrapServers()).withCanary(),
                    "")
                .startWorker();
        var prometheus = LocalPrometheus.start(folder, stage.worker().adminPort());
        var caller = Executors.newSingleThreadScheduledExecutor()) {
      Device phone = stage.phone("iphone-1");
      Device desk = stage.phone("ipad-1", Stage.DESK, Environment.SANDBOX);
      stage.give(ALICE, phone, desk);
      Device dead = stage.phone("iphone-old");
      stage
          .production()
          .answer(dead.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));
      stage.platform().register(DAVE, dead);
      System.gc();
      var _ =
          caller.scheduleWithFixedDelay(
              () -> {
                CallId call = round(stage, phone);
                var _ =
                    caller.schedule(() -> ringing(stage, call, desk), 100, TimeUnit.MILLISECONDS);
              },
              0,
              100,
              TimeUnit.MILLISECONDS);

      await()
          .atMost(SHOWN_WITHIN)
          .pollInterval(LOOK)
          .until(
              () -> prometheus.query("count_over_time(ringpost_ready[1m]) > 5"),
              samples -> !samples.isEmpty());
      await().pollDelay(SCRAPED_FOR).until(() -> true);

      for (Dashboards.Query query : Dashboards.queries()) {
        await(query.panel() + ": " + query.expression())
            .atMost(SHOWN_WITHIN)
            .pollDelay(Duration.ZERO)
            .pollInterval(LOOK)
            .until(() -> prometheus.query(query.sent("1m")), DashboardsIT::hasNumbers);
      }
      assertThat(prometheus.ruleErrors()).isEmpty();
      assertThat(prometheus.query("ALERTS{alertname=~\"RingpostNoWorkerReady|RingpostBudget.*\"}"))
          .isEmpty();
    }
  }

  /** Calls, trouble at Apple, and a record that is no invite. */
  private static CallId round(Stage stage, Device phone) {
    stage
        .production()
        .answerNext(
            phone.token(), Behaviour.rejects(503, "ServiceUnavailable"), Behaviour.accepts());
    CallId call = stage.freshCall();
    stage.platform().invite(call, ALICE, Stage.RING);
    stage.platform().invite(stage.freshCall(), DAVE, Stage.RING);
    stage.platform().publish(null, "no invite");
    return call;
  }

  private static void ringing(Stage stage, CallId call, Device phone) {
    stage.platform().ringingLater(call, ALICE, phone.id(), _ -> {});
  }

  private static boolean hasNumbers(List<Double> samples) {
    return samples.stream().anyMatch(sample -> !sample.isNaN());
  }
}
