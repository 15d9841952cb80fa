package dev.ringpost.polling;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A batch of records that Kafka's client cannot hand out: one byte of it flipped on a broker's disk
 * is enough. The client throws at every poll then, until it is told to go past the batch. It names
 * the partition in words only, and never where the batch ends.
 *
 * @param partition where it stands, at the consumer's position
 * @param failure what a poll from there throws
 */
public record CorruptBatch(TopicPartition partition, PollFailure failure) {

  private static final Duration TURN = Duration.ofMillis(100);

  /** Bound on reading from one offset: longer than an answer that waits for a record takes. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The batch because of which a poll of these partitions failed, if it was one. */
  public static Optional<CorruptBatch> in(KafkaException e, Collection<TopicPartition> partitions) {
    // Whatever is not about a record has a class of its own: a missing right, an offset, a timeout.
    return e.getClass() == KafkaException.class
        ? new PollFailure(e)
            .partition(partitions)
            .map(partition -> new CorruptBatch(partition, new PollFailure(e)))
        : Optional.empty();
  }

  /** The innermost cause. */
  public Throwable cause() {
    return failure.innermost();
  }

  /**
   * The offset behind it. Reading from an offset within a batch reads the whole batch, so it fails
   * in the same words, which hold the batch's first offset and checksum. Other partitions wait for
   * as long as this takes, some fetches.
   *
   * @param from its position
   */
  long end(Consumer<byte[], byte[]> consumer, long from) {
    Set<TopicPartition> others = new HashSet<>(consumer.assignment());
    others.remove(partition);
    others.removeAll(consumer.paused());
    consumer.pause(others);
    try {
      long within = from;
      long step = 1;
      while (reaches(consumer, from + step)) {
        within = from + step;
        step *= 2;
      }
      long behind = from + step;
      while (behind - within > 1) {
        long middle = within + (behind - within) / 2;
        if (reaches(consumer, middle)) {
          within = middle;
        } else {
          behind = middle;
        }
      }
      return behind;
    } finally {
      consumer.resume(others);
    }
  }

  /** False in doubt: an end that is too near is found out by the next poll. */
  private boolean reaches(Consumer<byte[], byte[]> consumer, long offset) {
    consumer.seek(partition, offset);
    long start = System.nanoTime();
    while (System.nanoTime() - start < LOOK.toNanos()) {
      try {
        if (!consumer.poll(TURN).isEmpty()) {
          return false;
        }
      } catch (InterruptException e) {
        throw e;
      } catch (InvalidOffsetException _) {
        return false;
      } catch (KafkaException e) {
        return new PollFailure(e).innermost().toString().equals(cause().toString());
      }
    }
    return false;
  }
}
