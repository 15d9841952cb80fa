package dev.ringpost.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The brokers: logs of invites and retries, what is committed, and groups that share partitions.
 */
final class SimulatedKafka {

  /** A group whose members share partitions evenly, and give them up in good order. */
  final class Group {

    private final List<TopicPartition> partitions;
    private final List<Member> members = new ArrayList<>();
    private final Map<TopicPartition, Member> owners = new HashMap<>();

    private Group(List<TopicPartition> partitions) {
      this.partitions = partitions;
      partitions.forEach(partition -> logs.put(partition, new ArrayList<>()));
    }

    Member join() {
      var member = new Member(this);
      members.add(member);
      return member;
    }

    private void revoked() {
      facts.met(Mishap.REVOKE);
    }

    private @Nullable Member target(TopicPartition partition) {
      return members.isEmpty() ? null : members.get(partitions.indexOf(partition) % members.size());
    }
  }

  /** A member of a group, from its joining on until it leaves or is given up. */
  static final class Member {

    private final Group group;
    private final Set<TopicPartition> has = new LinkedHashSet<>();

    private Member(Group group) {
      this.group = group;
    }

    boolean isIn() {
      return group.members.contains(this);
    }

    /** What it has, whether or not others have it too by now. */
    Set<TopicPartition> has() {
      return Set.copyOf(has);
    }

    /** What it must give back. */
    List<TopicPartition> owed() {
      return group.partitions.stream()
          .filter(partition -> has.contains(partition) && group.target(partition) != this)
          .toList();
    }

    void gaveBack(List<TopicPartition> partitions) {
      group.revoked();
      for (TopicPartition partition : partitions) {
        has.remove(partition);
        group.owners.remove(partition, this);
      }
    }

    /** Takes what is its share and nobody's. */
    List<TopicPartition> take() {
      List<TopicPartition> free =
          group.partitions.stream()
              .filter(
                  partition ->
                      group.target(partition) == this && !group.owners.containsKey(partition))
              .toList();
      for (TopicPartition partition : free) {
        has.add(partition);
        group.owners.put(partition, this);
      }
      return free;
    }

    /** Leaves, or is given up: others may have its partitions at once. */
    void leave() {
      group.members.remove(this);
      group.owners.values().removeIf(owner -> owner == this);
    }
  }

  private final World world;
  private final Facts facts;
  private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> logs = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final Set<String> troubles = new HashSet<>();

  SimulatedKafka(World world, Facts facts) {
    this.world = world;
    this.facts = facts;
  }

  /** A group that shares the partitions of a topic. */
  Group groupOf(String topic, int partitions) {
    return new Group(
        IntStream.range(0, partitions).mapToObj(n -> new TopicPartition(topic, n)).toList());
  }

  /** A group that shares topics of one partition, whose names end with their number, from 1. */
  Group groupOfMany(String beginning, int topics) {
    return new Group(
        IntStream.rangeClosed(1, topics)
            .mapToObj(n -> new TopicPartition(beginning + n, 0))
            .toList());
  }

  void beginTrouble(String name) {
    troubles.add(name);
  }

  void endTrouble(String name) {
    troubles.remove(name);
  }

  boolean isAway() {
    return !troubles.isEmpty();
  }

  /** Appends a record and returns its place. */
  Place append(
      TopicPartition partition,
      byte @Nullable [] key,
      byte @Nullable [] value,
      RecordHeaders headers) {
    List<ConsumerRecord<byte[], byte[]>> log = log(partition);
    log.add(
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            log.size(),
            world.now().toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            key,
            value,
            headers,
            Optional.of(1)));
    return new Place(partition, log.size() - 1L);
  }

  List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition, long from, int max) {
    List<ConsumerRecord<byte[], byte[]>> log = log(partition);
    int begin = (int) Math.min(from, log.size());
    return log.subList(begin, (int) Math.min((long) begin + max, log.size()));
  }

  long end(TopicPartition partition) {
    return log(partition).size();
  }

  private List<ConsumerRecord<byte[], byte[]>> log(TopicPartition partition) {
    return Objects.requireNonNull(logs.get(partition));
  }

  Optional<OffsetAndMetadata> committed(TopicPartition partition) {
    return Optional.ofNullable(committed.get(partition));
  }

  boolean commit(Member member, Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (!member.isIn()) {
      return false;
    }
    offsets.forEach(
        (partition, commit) -> {
          facts.committed(partition, commit, end(partition));
          committed.put(partition, commit);
        });
    return true;
  }
}
