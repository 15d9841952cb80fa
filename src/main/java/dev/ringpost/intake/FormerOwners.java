package dev.ringpost.intake;

import dev.ringpost.telemetry.IntakeMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of those who owned partitions before us. What could not be read at the assignment is
 * asked for once more with the first record, for our own first commit takes its place. The
 * consumer's thread alone calls it.
 */
final class FormerOwners {

  private static final Logger log = LoggerFactory.getLogger(FormerOwners.class);

  private final Consumer<byte[], byte[]> consumer;
  private final InstantSource clock;
  private final IntakeMeters meters;

  /** Partitions whose last commit is not known, for the broker did not answer. */
  private final Set<TopicPartition> unheard = new HashSet<>();

  FormerOwners(Consumer<byte[], byte[]> consumer, InstantSource clock, IntakeMeters meters) {
    this.consumer = consumer;
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * The last commits of partitions, without those that have none or whose broker does not answer
   * within {@link Commits#BROKER_WAIT}.
   */
  Map<TopicPartition, OffsetAndMetadata> committed(Collection<TopicPartition> partitions) {
    try {
      Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
      consumer
          .committed(Set.copyOf(partitions), Commits.BROKER_WAIT)
          .forEach(
              (partition, before) -> {
                if (before != null) {
                  found.put(partition, before);
                }
              });
      return found;
    } catch (KafkaException e) {
      unheard.addAll(partitions);
      log.atWarn()
          .addKeyValue("partitions", partitions)
          .addKeyValue("cause", e.toString())
          .log("what the former owner committed could not be read");
      return Map.of();
    }
  }

  /** The last commit of a partition, if it could not be read before and can be now. */
  Optional<OffsetAndMetadata> askAgain(TopicPartition partition) {
    if (!unheard.remove(partition)) {
      return Optional.empty();
    }
    Optional<OffsetAndMetadata> before =
        Optional.ofNullable(committed(Set.of(partition)).get(partition));
    if (unheard.remove(partition)) {
      log.atWarn()
          .addKeyValue("partition", partition)
          .log("what the former owner settled out of order may ring again");
    }
    return before;
  }

  /** A partition is not ours any more. */
  void forget(TopicPartition partition) {
    unheard.remove(partition);
  }

  /** What a commit tells besides the offset; how long nobody has committed since is measured. */
  CommitMetadata note(OffsetAndMetadata before) {
    Optional<CommitMetadata> note = CommitMetadata.decode(before.offset(), before.metadata());
    note.ifPresent(
        found -> {
          Duration gap = Duration.between(found.committedAt(), clock.instant());
          meters.ownerless(gap.isNegative() ? Duration.ZERO : gap);
        });
    return note.orElse(CommitMetadata.NONE);
  }
}
