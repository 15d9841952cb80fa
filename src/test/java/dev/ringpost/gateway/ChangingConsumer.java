package dev.ringpost.gateway;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * A consumer of a group that may change. While it does, a commit is refused until a poll has let
 * the change end, as brokers do.
 */
final class ChangingConsumer extends MockConsumer<byte[], byte[]> {

  static final TopicPartition RESULTS = new TopicPartition("results", 0);

  private static final Duration POLL = Duration.ofMillis(2);

  private boolean changing;
  private Optional<ConsumerRebalanceListener> listener = Optional.empty();

  /** A task within a commit that is refused. */
  volatile Runnable whenRefused = () -> {};

  /** The last offset that was committed, also once it is closed. */
  volatile long last = -1;

  volatile int refused;

  /** How many commits are refused before a poll lets the change end. */
  volatile int refusals = 1;

  ChangingConsumer() {
    super("none");
  }

  @Override
  public synchronized void subscribe(
      Collection<String> topics, ConsumerRebalanceListener listening) {
    listener = Optional.of(listening);
    super.subscribe(topics, listening);
  }

  /** Kafka's own mock forgets that a member that leaves gives up its partitions first. */
  @Override
  public synchronized void close(CloseOptions options) {
    listener.orElseThrow().onPartitionsRevoked(assignment());
    super.close(options);
  }

  /** Its partition comes back with the place of the last commit. */
  void lose() {
    schedulePollTask(
        () -> {
          listener.orElseThrow().onPartitionsLost(assignment());
          listener.orElseThrow().onPartitionsAssigned(assignment());
          seek(RESULTS, last);
        });
  }

  synchronized void change() {
    changing = true;
  }

  @Override
  public synchronized void commitSync(
      Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    if (changing) {
      refused++;
      whenRefused.run();
      throw new RebalanceInProgressException();
    }
    super.commitSync(offsets, timeout);
    last = requireNonNull(offsets.get(RESULTS)).offset();
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // others get in while it pauses
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    LockSupport.parkNanos(POLL.toNanos());
    synchronized (this) {
      changing = changing && refused < refusals;
      return super.poll(Duration.ZERO);
    }
  }
}
