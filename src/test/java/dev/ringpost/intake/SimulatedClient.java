package dev.ringpost.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Kafka's consumer as far as partitions, ledgers and commits ask it, over a simulated broker. */
final class SimulatedClient extends MockConsumer<byte[], byte[]> {

  private final SimulatedIntake.Surroundings around;
  private final Map<TopicPartition, Long> positions;

  SimulatedClient(SimulatedIntake.Surroundings around, Map<TopicPartition, Long> positions) {
    super("none");
    this.around = around;
    this.positions = positions;
  }

  private void requireBroker(Duration patience) {
    if (around.isAway()) {
      around.rest(patience.toNanos());
      throw new TimeoutException("no broker answers");
    }
  }

  @Override
  public synchronized void seek(TopicPartition partition, long offset) {
    positions.put(partition, offset);
  }

  @Override
  public synchronized void seek(TopicPartition partition, OffsetAndMetadata to) {
    positions.put(partition, to.offset());
  }

  @Override
  public synchronized long position(TopicPartition partition, Duration timeout) {
    return position(partition);
  }

  @Override
  public synchronized long position(TopicPartition partition) {
    Long position = positions.get(partition);
    if (position == null) {
      throw new TimeoutException("no position yet");
    }
    return position;
  }

  @Override
  public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
      Set<TopicPartition> partitions, Duration timeout) {
    requireBroker(timeout);
    if (around.isSilentOnce()) {
      throw new TimeoutException("the group's broker does not answer");
    }
    Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
    for (TopicPartition partition : partitions) {
      around.committed(partition).ifPresent(before -> found.put(partition, before));
    }
    return found;
  }

  @Override
  public synchronized void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
    if (around.isAway()) {
      callback.onComplete(null, new TimeoutException("no broker answers"));
    } else if (around.commit(offsets)) {
      callback.onComplete(offsets, null);
    } else {
      callback.onComplete(null, new CommitFailedException());
    }
  }

  @Override
  public synchronized void commitSync(
      Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    requireBroker(timeout);
    if (!around.commit(offsets)) {
      throw new CommitFailedException();
    }
  }

  @Override
  public synchronized Map<TopicPartition, Long> endOffsets(
      Collection<TopicPartition> partitions, Duration timeout) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    partitions.forEach(partition -> ends.put(partition, around.end(partition)));
    return ends;
  }

  @Override
  public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
      Map<TopicPartition, Long> times, Duration timeout) {
    Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
    times.forEach(
        (partition, time) ->
            around.records(partition, 0, Integer.MAX_VALUE).stream()
                .filter(
                    record ->
                        !Instant.ofEpochMilli(record.timestamp())
                            .isBefore(Instant.ofEpochMilli(time)))
                .findFirst()
                .ifPresent(
                    record ->
                        found.put(
                            partition,
                            new OffsetAndTimestamp(record.offset(), record.timestamp()))));
    return found;
  }
}
