package dev.ringpost.drills;

import dev.ringpost.drills.DrillCluster.Excuse;
import dev.ringpost.testing.FormerVersion;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

/**
 * A former version and this one side by side on the same topics and in the same groups, as every
 * update and every way back has them for a while.
 */
@Isolated
@Timeout(300)
@Needs(Need.FORMER_VERSION)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoVersionsDrill {

  private static final Duration SIDE_BY_SIDE = Duration.ofSeconds(5);
  private static final Duration SHORTLY = Duration.ofSeconds(3);

  private DrillSeries series;
  private DrillCluster cluster;

  @BeforeAll
  void open(@TempDir Path folder) {
    series = DrillSeries.begin(folder, "versions");
    cluster = series.cluster();
  }

  @AfterAll
  void everyGuaranteeHeld() throws IOException {
    series.end(0);
  }

  @Test
  @Order(1)
  void theFormerVersionComesBack() {
    series.drill(
        "two workers of this version replaced by two of the former one, one of them by kill -9",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          List<WorkerProcess> mine = List.of(cluster.fleet().get(0), cluster.fleet().get(1));
          cluster.fleet().launch(2, FormerVersion.program());
          replace(mine);
        });
  }

  @Test
  @Order(2)
  void thisVersionReplacesTheFormerOne() {
    series.drill(
        "two workers of the former version replaced by two of this one, one of them by kill -9",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          List<WorkerProcess> former = List.of(cluster.fleet().get(0), cluster.fleet().get(1));
          cluster.fleet().launch(2);
          replace(former);
        });
  }

  private void replace(List<WorkerProcess> old) {
    cluster.fleet().awaitSharing(DrillCluster.PARTITIONS);
    DrillCluster.pause(SIDE_BY_SIDE);
    cluster.fleet().terminate(old.getFirst());
    cluster.fleet().awaitSharing(DrillCluster.PARTITIONS);
    cluster.fleet().kill(old.getLast());
    cluster.fleet().awaitSharing(DrillCluster.PARTITIONS);
  }
}
