package dev.ringpost.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The start of reading on a topic to which a record is appended with each question. */
@Timeout(30)
class StartPositionTest {

  private static final TopicPartition PARTITION = new TopicPartition("calls", 0);
  private static final Duration WAIT = Duration.ofSeconds(1);

  /** A topic whose records are all old, until the first question about it has been answered. */
  private static final class Appended extends MockConsumer<byte[], byte[]> {

    private long end = 7;

    Appended() {
      super("none");
      assign(List.of(PARTITION));
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      return Map.of(PARTITION, end++);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times, Duration timeout) {
      Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
      found.put(PARTITION, null); // No record was young enough when this was asked.
      end++;
      return found;
    }
  }

  @Test
  void whatIsAppendedBetweenTheQuestionsIsRead() {
    try (var consumer = new Appended()) {
      StartPosition.back(Duration.ofMinutes(2), InstantSource.fixed(Instant.ofEpochSecond(1000)))
          .place(consumer, List.of(PARTITION), WAIT);

      assertThat(consumer.position(PARTITION)).isEqualTo(7);
    }
  }
}
