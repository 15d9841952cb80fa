package dev.ringpost.drills;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.drills.DrillGround.Excuse;
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

/** What befalls workers. */
@Isolated
@Timeout(150)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WorkerDrill {

  private static final Duration SHORTLY = Duration.ofSeconds(2);

  private DrillDay day;
  private DrillGround ground;

  @BeforeAll
  void open(@TempDir Path folder) {
    day = DrillDay.begin(folder, "workers");
    ground = day.ground();
  }

  @AfterAll
  void everyGuaranteeHeld() throws IOException {
    day.end(0);
  }

  @Test
  @Order(1)
  void aWorkerIsKilled() {
    DrillRow row =
        day.drill(
            "kill -9 of one of two workers",
            Excuse.REPEATS,
            Duration.ofSeconds(8),
            () -> ground.fleet().kill(ground.fleet().get(0)));
    assertThat(row.ownerless()).as("the kill took partitions").isPositive();
  }

  @Test
  @Order(2)
  void aWorkerFreezesPastItsSession() {
    ground.fleet().grow();
    ground.fleet().awaitSharing(DrillGround.PARTITIONS);
    WorkerProcess frozen = ground.fleet().get(0);
    day.drill(
        "SIGSTOP for 9 s, past the session time-out, and SIGCONT",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          frozen.freeze();
          DrillGround.pause(Duration.ofSeconds(9));
          frozen.thaw();
        });
    ground.fleet().awaitSharing(DrillGround.PARTITIONS);
  }

  @Test
  @Order(3)
  void theFleetIsReplacedOneByOne() {
    day.drill(
        "rolling restart of two workers",
        Excuse.NONE,
        SHORTLY,
        () -> {
          for (WorkerProcess old : List.of(ground.fleet().get(0), ground.fleet().get(1))) {
            ground.fleet().grow();
            ground.fleet().awaitSharing(DrillGround.PARTITIONS);
            ground.fleet().terminate(old);
          }
          ground.fleet().awaitSharing(DrillGround.PARTITIONS);
        });
  }

  @Test
  @Order(4)
  void aWorkerIsTerminated() {
    day.drill(
        "SIGTERM of one of two workers",
        Excuse.NONE,
        SHORTLY,
        () -> ground.fleet().terminate(ground.fleet().get(0)));
  }

  @Test
  @Order(5)
  void theFleetGrowsAndShrinks() {
    List<List<Integer>> shares = new ArrayList<>();
    shares.add(ground.fleet().awaitSharing(DrillGround.PARTITIONS));
    day.drill(
        "scale 1 to 4 to 1",
        Excuse.NONE,
        SHORTLY,
        () -> {
          ground.fleet().launch(3);
          shares.add(ground.fleet().awaitSharing(DrillGround.PARTITIONS));
          while (ground.fleet().size() > 1) {
            ground.fleet().terminate(ground.fleet().get(0));
            shares.add(ground.fleet().awaitSharing(DrillGround.PARTITIONS));
          }
        });
    assertThat(shares).extracting(List::size).containsExactly(1, 4, 3, 2, 1);
    day.note(
        "Partitions of each worker while the fleet grew and shrank: %s."
            .formatted(
                shares.stream()
                    .map(each -> each.stream().map(String::valueOf).collect(joining("+")))
                    .collect(joining(", then "))));
  }
}
