package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.drills.DrillCluster.Excuse;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The drills of trouble on Apple's side. */
@Isolated
@Timeout(150)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApnsDrill {

  /** Each of two workers believes a fifth of the newest 50 answers, and not one more. */
  private static final int FORGOTTEN = 2 * 10;

  private static final Duration SHORTLY = Duration.ofSeconds(2);

  private DrillSeries series;
  private DrillCluster cluster;

  @BeforeAll
  void open(@TempDir Path folder) {
    series = DrillSeries.begin(folder, "apns");
    cluster = series.cluster();
  }

  @AfterAll
  void everyGuaranteeHeld() throws IOException {
    series.end(FORGOTTEN);
  }

  @Test
  @Order(1)
  void aStormOfGoaways() {
    series.drill(
        "GOAWAY on all connections, six times in 3 s",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          for (int n = 0; n < 6; n++) {
            cluster.apns().inject(ConnectionFault.goAway("Shutdown"), Scope.all());
            DrillCluster.pause(Duration.ofMillis(500));
          }
        });
  }

  @Test
  @Order(2)
  void apnsIsSilentAndComesBack() {
    DrillRow row =
        series.drill(
            "APNs silent for 20 s",
            Excuse.REPEATS,
            SHORTLY,
            () -> {
              try (var _ = cluster.apns().begin(Fault.silence(), Scope.all())) {
                DrillCluster.pause(Duration.ofSeconds(20));
                cluster.carries();
              }
            });
    assertThat(row.settled()).isEqualTo(row.invites());
  }

  @Test
  @Order(3)
  void aBurstOf503() {
    series.drill(
        "503 for every push for 3 s",
        Excuse.NONE,
        SHORTLY,
        () -> {
          Behaviour busy = Behaviour.rejects(503, "ServiceUnavailable");
          try (var _ = cluster.apns().begin(Fault.pushesGet(busy), Scope.all())) {
            DrillCluster.pause(Duration.ofSeconds(3));
          }
        });
    series.note(
        "Retries in the drills so far: %d, of which %d were taken within 100 ms of being due."
            .formatted(cluster.fleet().retries(), cluster.fleet().promptRetries()));
    assertThat(cluster.fleet().retries()).isPositive();
  }

  @Test
  @Order(4)
  void everyTokenIsCalledDead() {
    series.drill(
        "410 for every push for 3 s (the fuse blows)",
        Excuse.MISSES,
        SHORTLY,
        () -> {
          Behaviour gone = Behaviour.rejects(410, "Unregistered", Instant.now());
          try (var _ = cluster.apns().begin(Fault.pushesGet(gone), Scope.all())) {
            DrillCluster.pause(Duration.ofSeconds(3));
          }
        });
    assertThat(cluster.judges().tokens().forgotten()).isBetween(1, FORGOTTEN);
    cluster.registerAll();
  }
}
