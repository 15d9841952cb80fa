package dev.ringpost.drills;

import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LostPackets;
import dev.ringpost.testing.Relay;
import dev.ringpost.testing.Relay.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** The hardships of the network between workers and Kafka. */
final class NetworkHardships {

  private static final Duration EACH_PIECE = Duration.ofMillis(100);
  private static final Duration EACH_PIECE_OF_ONE = Duration.ofMillis(200);
  private static final int LOST_PERCENT = 10;
  private static final Duration SLOW_FOR = Duration.ofSeconds(15);
  private static final int CUTS = 6;
  private static final Duration CUT_FOR = Duration.ofMillis(100);
  private static final Duration BETWEEN_CUTS = Duration.ofMillis(400);

  private NetworkHardships() {}

  static List<Hardship> all() {
    return List.of(
        Hardship.harmless(
            "network: each piece to and from Kafka 100 ms late, for 15 s", NetworkHardships::slow),
        Hardship.harmless(
            "network: each piece to and from one broker 200 ms late, for 15 s",
            NetworkHardships::oneIsSlow),
        Hardship.repeating(
            "network: all connections to Kafka end, six times in 3 s", NetworkHardships::flapping),
        Hardship.repeating(
            "network: nothing that Kafka says comes through, for 2 to 9 s",
            (cluster, random) -> oneWay(cluster, random, Direction.FROM_TARGET)),
        Hardship.repeating(
            "network: nothing that is said to Kafka comes through, for 2 to 9 s",
            (cluster, random) -> oneWay(cluster, random, Direction.TO_TARGET)));
  }

  /** Those that lose packets, which not every machine can. */
  static List<Hardship> withLoss() {
    return List.of(
        Hardship.repeating(
            "network: a tenth of all packets to and from Kafka is lost, for 15 s",
            NetworkHardships::lossy));
  }

  /** A member whose heartbeats come too late is given up. */
  private static void lossy(DrillCluster cluster, Random random) {
    try (LostPackets _ = LostPackets.at(LOST_PERCENT, cluster.kafka().networkPorts())) {
      DrillCluster.pause(SLOW_FOR);
    }
    WorkerHardships.share(cluster);
  }

  private static void slow(DrillCluster cluster, Random random) {
    cluster.kafka().network(way -> way.slow(EACH_PIECE), SLOW_FOR);
  }

  private static void oneIsSlow(DrillCluster cluster, Random random) {
    int broker = random.nextInt(LocalKafka.BROKERS);
    cluster.kafka().networkOfOne(broker, way -> way.slow(EACH_PIECE_OF_ONE), SLOW_FOR);
  }

  private static void flapping(DrillCluster cluster, Random random) {
    for (int n = 0; n < CUTS; n++) {
      cluster.kafka().network(Relay::cut, CUT_FOR);
      DrillCluster.pause(BETWEEN_CUTS);
    }
  }

  private static void oneWay(DrillCluster cluster, Random random, Direction held) {
    Instant began = Instant.now();
    cluster.kafka().network(way -> way.hold(held), Duration.ofMillis(random.nextInt(2_000, 9_000)));
    cluster.judges().couldReadNothing(began, Instant.now());
    WorkerHardships.share(cluster);
  }
}
