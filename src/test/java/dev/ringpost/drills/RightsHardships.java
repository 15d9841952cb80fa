package dev.ringpost.drills;

import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The hardships of rights at Kafka that are taken and given back, as where somebody edits ACLs.
 * That to read signals stays: without it calls ring on after their end, as the documentation says.
 */
final class RightsHardships {

  private static final Duration TAKEN_FOR = Duration.ofSeconds(6);
  private static final String GROUP = "ringpost";

  private RightsHardships() {}

  static List<Hardship> all() {
    return List.of(
        Hardship.harmless(
            "rights: results may not be written, for 6 s",
            taken(AclOperation.WRITE, ResourceType.TOPIC, CallPlatform.RESULTS)),
        Hardship.harmless(
            "rights: dead letters may not be written, for 6 s, and poison comes",
            RightsHardships::noLetters),
        Hardship.repeating(
            "rights: invites may not be read, for 6 s",
            shared(taken(AclOperation.READ, ResourceType.TOPIC, CallPlatform.INVITES))),
        Hardship.repeating(
            "rights: nobody may join the group, for 6 s",
            shared(taken(AclOperation.READ, ResourceType.GROUP, GROUP))),
        Hardship.harmless(
            "rights: tokens may not be read, for 6 s",
            taken(AclOperation.READ, ResourceType.TOPIC, CallPlatform.TOKENS)));
  }

  private static Hardship.Action taken(AclOperation operation, ResourceType type, String name) {
    return (cluster, _) -> cluster.kafka().without(operation, type, name, TAKEN_FOR);
  }

  private static void noLetters(DrillCluster cluster, Random random) throws Exception {
    try (var poison = new AtOnce()) {
      poison.begin(
          () -> {
            DrillCluster.pause(Duration.ofSeconds(1));
            CallHardships.poison(cluster, random);
          });
      taken(AclOperation.WRITE, ResourceType.TOPIC, CallPlatform.DEAD_LETTERS)
          .happen(cluster, random);
    }
  }

  /** It is over when all partitions have owners again. */
  private static Hardship.Action shared(Hardship.Action action) {
    return (DrillCluster cluster, Random random) -> {
      action.happen(cluster, random);
      WorkerHardships.share(cluster);
    };
  }
}
