package dev.ringpost.tools;

import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.check.Check;
import dev.ringpost.tools.check.CheckReport;
import dev.ringpost.tools.topics.AccessRight;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rights of a worker, or of a gateway, as ACLs, for tests that give them to a user. */
public record WorkerRights(AccessRight right) {

  /** All that a worker of this configuration needs. */
  public static List<WorkerRights> of(RingpostConfig config) {
    return AccessRight.of(config).stream().map(WorkerRights::new).toList();
  }

  /** All that a gateway of this configuration needs. */
  public static List<WorkerRights> ofGateway(RingpostConfig config) {
    return AccessRight.ofGateway(config).stream().map(WorkerRights::new).toList();
  }

  /** All that {@code ringpost health} of this configuration needs. */
  public static List<WorkerRights> ofHealth(RingpostConfig config) {
    return AccessRight.ofHealth(config).stream().map(WorkerRights::new).toList();
  }

  /** All that {@code ringpost synthetic} of this configuration needs. */
  public static List<WorkerRights> ofSynthetic(RingpostConfig config) {
    return AccessRight.ofSynthetic(config).stream().map(WorkerRights::new).toList();
  }

  /** All that a shadow of this configuration needs in a group. */
  public static List<WorkerRights> ofShadow(RingpostConfig config, String group) {
    return AccessRight.ofShadow(config, group).stream().map(WorkerRights::new).toList();
  }

  /** What a check says of them. */
  public static CheckReport examine(Check check) {
    return check.examineRights();
  }

  /** The topic or group, or what their names begin with. */
  public String name() {
    return right.name();
  }

  /** In the words of Kafka's ACLs. */
  public String operation() {
    return right.operation();
  }

  /** As an ACL of a user. */
  public AclBinding binding(String user) {
    return new AclBinding(
        new ResourcePattern(
            switch (right.resource()) {
              case TOPIC -> ResourceType.TOPIC;
              case GROUP -> ResourceType.GROUP;
            },
            right.name(),
            right.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL),
        new AccessControlEntry(
            "User:" + user, "*", operation(right.operation()), AclPermissionType.ALLOW));
  }

  private static AclOperation operation(String word) {
    return AclOperation.fromString(word.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
  }

  @Override
  public String toString() {
    return right.operation() + " on " + right.resource().word() + " " + right.name();
  }
}
