package dev.ringpost.tools.check;

import dev.ringpost.tools.topics.KafkaCommands;
import dev.ringpost.tools.topics.TopicRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * A check whether the partitions of a topic can be read and written now, and would be after the
 * death of a broker. For one use.
 */
public final class ReplicaCheck {

  private static final String TOPIC = "topic";

  private final TopicRule rule;
  private final List<TopicPartitionInfo> partitions;
  private final Optional<Long> minInSync;
  private final KafkaCommands commands;
  private final List<CheckLine> lines = new ArrayList<>();

  /**
   * @param minInSync the topic's {@code min.insync.replicas}, if this user may see it
   */
  public ReplicaCheck(
      TopicRule rule, TopicDescription seen, Optional<Long> minInSync, KafkaCommands commands) {
    this.rule = rule;
    this.partitions = seen.partitions();
    this.minInSync = minInSync;
    this.commands = commands;
  }

  /** What is not well. */
  public List<CheckLine> lines() {
    long leaderless = count(partition -> partition.leader() == null);
    long unwritable =
        count(partition -> minInSync.filter(least -> partition.isr().size() < least).isPresent());
    if (leaderless > 0) {
      failed(of(leaderless) + " no leader" + gone() + ": nothing can be read or written there");
    }
    if (unwritable > leaderless) {
      failed(
          of(unwritable)
              + " fewer replicas in sync than min.insync.replicas="
              + minInSync.orElseThrow()
              + gone()
              + ": nothing can be written there that must not get lost");
    }
    long behind = count(partition -> partition.isr().size() < partition.replicas().size());
    if (lines.isEmpty() && behind > 0) {
      lines.add(
          CheckLine.warning(
              TOPIC,
              rule.name(),
              of(behind) + " a replica that is not in sync" + gone(),
              "see that all brokers run"));
    }
    if (partitions.stream()
            .allMatch(partition -> partition.replicas().size() >= TopicRule.ENOUGH_FOR_TWO)
        && minInSync.filter(least -> least < 2).isPresent()) {
      lines.add(
          CheckLine.warning(
              TOPIC,
              rule.name(),
              "has min.insync.replicas="
                  + minInSync.get()
                  + ", so that the death of one broker may lose what was stored",
              commands.alter(rule.name(), TopicRule.MIN_IN_SYNC, "2")));
    }
    return lines;
  }

  private void failed(String found) {
    lines.add(
        CheckLine.failed(
            TOPIC,
            rule.name(),
            found,
            "see that all brokers run and that their disks are healthy"));
  }

  private String of(long some) {
    return some
        + " of "
        + CheckLine.count(partitions.size(), "partition")
        + (some == 1 ? " has" : " have");
  }

  /** Kafka tells no address of a broker that is not there. */
  private String gone() {
    var gone = new TreeSet<Integer>();
    partitions.stream()
        .map(TopicPartitionInfo::replicas)
        .flatMap(Collection::stream)
        .filter(Node::isEmpty)
        .forEach(node -> gone.add(node.id()));
    return gone.isEmpty() ? "" : " (not there: " + words(gone) + ")";
  }

  private static String words(Set<Integer> brokers) {
    String numbers = brokers.toString().replaceAll("[\\[\\]]", "");
    return (brokers.size() == 1 ? "broker " : "brokers ") + numbers;
  }

  private long count(Predicate<TopicPartitionInfo> of) {
    return partitions.stream().filter(of).count();
  }
}
