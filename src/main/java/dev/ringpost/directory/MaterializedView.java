package dev.ringpost.directory;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A view of a topic, which a {@link TopicFollower} fills. One thread changes it, any number look
 * things up.
 */
interface MaterializedView {

  /** Takes the next record of a partition; never fails. */
  void apply(ConsumerRecord<byte[], byte[]> record);

  /** Takes the next records, those of a partition in their order; never fails. */
  default void applyAll(List<ConsumerRecord<byte[], byte[]>> records) {
    records.forEach(this::apply);
  }

  /**
   * Told of records that could not be read and have been passed.
   *
   * @param from the first offset
   * @param to the offset behind the last one
   */
  void passed(TopicPartition partition, long from, long to, Throwable cause);

  /** Told now and then that the view is at the end of its topic: the time to forget things. */
  void atEnd(long nanoTime);

  /** How much it holds. */
  long entries();
}
