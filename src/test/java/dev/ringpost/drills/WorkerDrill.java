package dev.ringpost.drills;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.drills.DrillCluster.Excuse;
import dev.ringpost.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

/** The drills of trouble with workers. */
@Isolated
@Timeout(150)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WorkerDrill {

  private static final Duration SHORTLY = Duration.ofSeconds(2);

  private DrillSeries series;
  private DrillCluster cluster;

  @BeforeAll
  void open(@TempDir Path folder) {
    series = DrillSeries.begin(folder, "workers");
    cluster = series.cluster();
  }

  @AfterAll
  void everyGuaranteeHeld() throws IOException {
    series.end(0);
  }

  @Test
  @Order(1)
  void aWorkerIsKilled() {
    DrillRow row =
        series.drill(
            "kill -9 of one of two workers",
            Excuse.REPEATS,
            Duration.ofSeconds(8),
            () -> cluster.fleet().kill(cluster.fleet().get(0)));
    assertThat(row.ownerless().orElseThrow()).as("the kill took partitions").isPositive();
  }

  @Test
  @Order(2)
  void aWorkerFreezesPastItsSession() {
    cluster.fleet().grow();
    cluster.fleet().awaitSharing(DrillCluster.PARTITIONS);
    WorkerProcess frozen = cluster.fleet().get(0);
    series.drill(
        "SIGSTOP for 9 s, past the session time-out, and SIGCONT",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          frozen.freeze();
          DrillCluster.pause(Duration.ofSeconds(9));
          frozen.thaw();
        });
    cluster.fleet().awaitSharing(DrillCluster.PARTITIONS);
  }

  @Test
  @Order(3)
  void theFleetIsReplacedOneByOne() {
    series.drill(
        "rolling restart of two workers",
        Excuse.NONE,
        SHORTLY,
        () -> {
          for (WorkerProcess old : List.of(cluster.fleet().get(0), cluster.fleet().get(1))) {
            cluster.fleet().grow();
            cluster.fleet().awaitSharing(DrillCluster.PARTITIONS);
            cluster.fleet().terminate(old);
          }
          cluster.fleet().awaitSharing(DrillCluster.PARTITIONS);
        });
  }

  @Test
  @Order(4)
  void aWorkerIsTerminated() {
    series.drill(
        "SIGTERM of one of two workers",
        Excuse.NONE,
        SHORTLY,
        () -> cluster.fleet().terminate(cluster.fleet().get(0)));
  }

  @Test
  @Order(5)
  void theFleetGrowsAndShrinks() {
    List<List<Integer>> shares = new ArrayList<>();
    shares.add(cluster.fleet().awaitSharing(DrillCluster.PARTITIONS));
    series.drill(
        "scale 1 to 4 to 1",
        Excuse.NONE,
        SHORTLY,
        () -> {
          cluster.fleet().launch(3);
          shares.add(cluster.fleet().awaitSharing(DrillCluster.PARTITIONS));
          while (cluster.fleet().size() > 1) {
            cluster.fleet().terminate(cluster.fleet().get(0));
            shares.add(cluster.fleet().awaitSharing(DrillCluster.PARTITIONS));
          }
        });
    assertThat(shares).extracting(List::size).containsExactly(1, 4, 3, 2, 1);
    series.note(
        "Partitions of each worker while the fleet grew and shrank: %s."
            .formatted(
                shares.stream()
                    .map(each -> each.stream().map(String::valueOf).collect(joining("+")))
                    .collect(joining(", then "))));
  }
}
