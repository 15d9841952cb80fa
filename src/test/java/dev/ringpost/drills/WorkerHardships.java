package dev.ringpost.drills;

import dev.ringpost.testing.WorkerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The hardships of workers. Each leaves as many as it found. */
final class WorkerHardships {

  private WorkerHardships() {}

  static List<Hardship> all() {
    return List.of(
        Hardship.repeating("workers: kill -9 of one, and a new one", WorkerHardships::killed),
        Hardship.repeating("workers: kill -9 of all at once, and new ones", WorkerHardships::wiped),
        Hardship.repeating(
            "workers: SIGSTOP of each in turn, for 1 to 9 s", WorkerHardships::frozen),
        Hardship.harmless("workers: rolling restart", WorkerHardships::replaced),
        Hardship.harmless("workers: one more, and SIGTERM of one", WorkerHardships::swapped));
  }

  private static void killed(DrillCluster cluster, Random random) {
    WorkerFleet fleet = cluster.fleet();
    fleet.kill(any(fleet, random));
    fleet.grow();
    share(cluster);
  }

  private static void wiped(DrillCluster cluster, Random random) {
    WorkerFleet fleet = cluster.fleet();
    int workers = fleet.size();
    running(fleet).forEach(fleet::kill);
    fleet.launch(workers);
    share(cluster);
  }

  private static void frozen(DrillCluster cluster, Random random) {
    for (WorkerProcess worker : running(cluster.fleet())) {
      worker.freeze();
      DrillCluster.pause(Duration.ofMillis(random.nextInt(1_000, 9_000)));
      worker.thaw();
      cluster.carries(); // What was being written goes out when the worker goes on.
      share(cluster);
    }
  }

  private static void replaced(DrillCluster cluster, Random random) {
    for (WorkerProcess old : running(cluster.fleet())) {
      cluster.fleet().grow();
      share(cluster);
      cluster.fleet().terminate(old);
    }
    share(cluster);
  }

  private static void swapped(DrillCluster cluster, Random random) {
    cluster.fleet().grow();
    cluster.fleet().terminate(any(cluster.fleet(), random));
    share(cluster);
  }

  private static void share(DrillCluster cluster) {
    cluster.fleet().awaitSharing(DrillCluster.PARTITIONS);
  }

  private static WorkerProcess any(WorkerFleet fleet, Random random) {
    return fleet.get(random.nextInt(fleet.size()));
  }

  private static List<WorkerProcess> running(WorkerFleet fleet) {
    List<WorkerProcess> running = new ArrayList<>();
    for (int n = 0; n < fleet.size(); n++) {
      running.add(fleet.get(n));
    }
    return running;
  }
}
