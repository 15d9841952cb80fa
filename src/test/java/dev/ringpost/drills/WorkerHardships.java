package dev.ringpost.drills;

import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.FormerVersion;
import dev.ringpost.testing.WorkerProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** The hardships of workers. Each leaves as many as it found. */
final class WorkerHardships {

  private static final Duration SIDE_BY_SIDE = Duration.ofSeconds(5);

  private WorkerHardships() {}

  static List<Hardship> all() {
    return List.of(
        Hardship.repeating("workers: kill -9 of one, and a new one", WorkerHardships::killed),
        Hardship.repeating("workers: kill -9 of all at once, and new ones", WorkerHardships::wiped),
        Hardship.repeating(
            "workers: SIGSTOP of each in turn, for 1 to 9 s", WorkerHardships::frozen),
        Hardship.harmless("workers: rolling restart", WorkerHardships::replaced),
        Hardship.harmless("workers: one more, and SIGTERM of one", WorkerHardships::swapped),
        Hardship.harmless("workers: one whose disk is full comes and goes", CrampedWorkers::noDisk),
        Hardship.harmless(
            "workers: one for which each name has a dead address comes and goes",
            CrampedWorkers::oneDeadAddress),
        Hardship.repeating(
            "workers: one comes, and its heap is exhausted", CrampedWorkers::noHeap));
  }

  /** Those that need the program of a former version. */
  static List<Hardship> ofTwoVersions() {
    return List.of(
        Hardship.harmless(
            "workers: one of the former version comes and goes", WorkerHardships::former));
  }

  private static void former(DrillCluster cluster, Random random) {
    cluster.fleet().launch(1, FormerVersion.program());
    share(cluster);
    DrillCluster.pause(SIDE_BY_SIDE);
    cluster.fleet().terminate(cluster.fleet().get(cluster.fleet().size() - 1));
    share(cluster);
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
    fleet.running().forEach(fleet::kill);
    fleet.launch(workers);
    share(cluster);
  }

  private static void frozen(DrillCluster cluster, Random random) {
    for (WorkerProcess worker : cluster.fleet().running()) {
      worker.freeze();
      DrillCluster.pause(Duration.ofMillis(random.nextInt(1_000, 9_000)));
      Instant goesOn = Instant.now();
      worker.thaw();
      cluster.judges().carriesSince(goesOn); // What was being written goes out now.
      share(cluster);
    }
  }

  private static void replaced(DrillCluster cluster, Random random) {
    for (WorkerProcess old : cluster.fleet().running()) {
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

  /** Waits until all partitions of the invites have owners, and nobody two more than another. */
  static void share(DrillCluster cluster) {
    cluster.fleet().awaitSharing(cluster.kafka().partitions(CallPlatform.INVITES));
  }

  private static WorkerProcess any(WorkerFleet fleet, Random random) {
    return fleet.get(random.nextInt(fleet.size()));
  }
}
