package dev.ringpost.drills;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The hardships of a worker that has too little of its machine or its network, among others that
 * have enough.
 */
final class CrampedWorkers {

  /** What one file may have, in blocks of 512 bytes: less than a start writes to the log. */
  private static final int BLOCKS = 4;

  private static final int BLOCK_BYTES = 512;
  private static final Duration SIDE_BY_SIDE = Duration.ofSeconds(12);

  /** Enough for a start, and not for the registrations that come then. */
  private static final String HEAP = "44m";

  private static final int REGISTRATIONS = 60_000;
  private static final int LONG_NAME = 250;
  private static final int EXIT_CODE = 3;
  private static final Duration EXHAUSTED_WITHIN = Duration.ofSeconds(60);

  /** Of this machine, and nothing listens there. */
  private static final String DEAD = "127.9.9.9";

  private CrampedWorkers() {}

  /**
   * A write past the limit fails as one to a full disk does: of the log, of snapshots while it runs
   * and of the one when it leaves.
   */
  static void noDisk(DrillCluster cluster, Random random) throws IOException {
    List<String> program = new ArrayList<>();
    program.addAll(List.of("sh", "-c", "ulimit -f " + BLOCKS + "; exec \"$@\"", "sh"));
    program.addAll(WorkerProcess.program("256m"));
    WorkerProcess worker = cluster.fleet().launch(program, cluster.fleet().snapshots());
    worker.awaitReady();
    WorkerHardships.share(cluster);
    DrillCluster.pause(SIDE_BY_SIDE);
    assertThat(worker.output().length())
        .as("what its log could hold")
        .isEqualTo(BLOCKS * BLOCK_BYTES);
    cluster.fleet().terminate(worker);
    WorkerHardships.share(cluster);
  }

  /**
   * Before its end the collector lets it do next to nothing: what its guard has let through may
   * stand still for seconds, as in a process that is stopped.
   */
  static void noHeap(DrillCluster cluster, Random random) {
    WorkerProcess worker = cluster.fleet().launch(WorkerProcess.program(HEAP), Map.of());
    // What the topics hold already may be too much for it, so that it ends before it is ready.
    await().atMost(EXHAUSTED_WITHIN).until(() -> worker.ready() || !worker.alive());
    if (worker.alive()) {
      WorkerHardships.share(cluster);
    }
    Instant began = Instant.now();
    register(cluster, true);
    assertThat(cluster.fleet().end(worker, EXHAUSTED_WITHIN)).as("exit code").isEqualTo(EXIT_CODE);
    cluster.judges().carriesSince(began);
    register(cluster, false);
    WorkerHardships.share(cluster);
  }

  /** The name of APNs and of the brokers has two addresses, and one of them refuses. */
  static void oneDeadAddress(DrillCluster cluster, Random random) throws IOException {
    Path hosts = Files.createTempFile("hosts", "");
    try {
      Files.writeString(hosts, "127.0.0.1 localhost\n" + DEAD + " localhost\n");
      List<String> program = new ArrayList<>(WorkerProcess.program("256m"));
      program.add(1, "-Djdk.net.hosts.file=" + hosts);
      WorkerProcess worker = cluster.fleet().launch(program, Map.of());
      worker.awaitReady();
      WorkerHardships.share(cluster);
      DrillCluster.pause(SIDE_BY_SIDE);
      assertThat(worker.output()).as("what it met").contains(DEAD);
      cluster.fleet().terminate(worker);
      WorkerHardships.share(cluster);
    } finally {
      Files.delete(hosts);
    }
  }

  /** Registers phones whose users and devices have long names, or removes them. */
  private static void register(DrillCluster cluster, boolean there) {
    try (var producer = CallHardships.producer(cluster)) {
      String name = "n".repeat(LONG_NAME);
      for (int n = 0; n < REGISTRATIONS; n++) {
        byte[] key = "%s%06d/%s".formatted(name.substring(6), n, name).getBytes(UTF_8);
        String value =
            """
            {"token": "%064x", "environment": "production", "bundleId": "%s",
             "registeredAt": "%s"}\
            """
                .formatted(2_000_000 + n, DrillCluster.APP.value(), Instant.now());
        var _ =
            producer.send(
                new ProducerRecord<>(
                    CallPlatform.TOKENS, key, there ? value.getBytes(UTF_8) : null));
      }
    }
  }
}
