package dev.ringpost.polling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The search for the end of a batch that cannot be read, beside partitions that can. */
@Timeout(60)
class CorruptBatchEndTest {

  private static final String TOPIC = "voip-tokens";
  private static final TopicPartition DAMAGED = new TopicPartition(TOPIC, 0);
  private static final TopicPartition WHOLE = new TopicPartition(TOPIC, 1);
  private static final TopicPartition RESTING = new TopicPartition(TOPIC, 2);

  /** A batch from one offset to before another, which is damaged in its own way. */
  private record Batch(long first, long end, String words) {

    boolean holds(long offset) {
      return offset >= first && offset < end;
    }
  }

  /** Kafka's consumer as it behaves at a damaged batch: a poll from within it throws, each time. */
  private static final class DamagedConsumer extends MockConsumer<byte[], byte[]> {

    private final List<Batch> batches = new ArrayList<>();

    DamagedConsumer() {
      super("earliest");
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      long at = position(DAMAGED);
      if (!paused().contains(DAMAGED)) {
        for (Batch batch : batches) {
          if (batch.holds(at)) {
            throw new KafkaException(
                "Received exception when fetching the next record from " + DAMAGED,
                new IllegalStateException(batch.words()));
          }
        }
      }
      return super.poll(timeout);
    }
  }

  private final DamagedConsumer consumer = new DamagedConsumer();

  @BeforeEach
  void assign() {
    List<TopicPartition> all = List.of(DAMAGED, WHOLE, RESTING);
    consumer.assign(all);
    consumer.updateBeginningOffsets(Map.of(DAMAGED, 0L, WHOLE, 0L, RESTING, 0L));
    consumer.updateEndOffsets(Map.of(DAMAGED, 40L, WHOLE, 1L, RESTING, 1L));
    consumer.pause(List.of(RESTING));
    consumer.batches.add(new Batch(5, 12, "Record batch for offset 5 is corrupt"));
    for (long offset = 12; offset < 40; offset++) {
      add(DAMAGED, offset);
    }
  }

  @Test
  void isFoundExactly() {
    consumer.seek(DAMAGED, 5);

    assertThat(batch().end(consumer, 5)).isEqualTo(12);
  }

  @Test
  void isNotTheNextOneThatIsDamagedInItsOwnWay() {
    consumer.batches.add(new Batch(12, 30, "Record batch for offset 12 is corrupt"));
    consumer.seek(DAMAGED, 5);

    assertThat(batch().end(consumer, 5)).isEqualTo(12);
  }

  /** A record that the search would be handed is lost: it would be read by nobody. */
  @Test
  void costsNoRecordOfAnotherPartition() {
    add(WHOLE, 0);
    consumer.seek(DAMAGED, 5);
    CorruptBatch batch = batch();
    consumer.seek(WHOLE, 0);
    consumer.seek(DAMAGED, batch.end(consumer, 5));

    assertThat(consumer.position(WHOLE)).isZero();
    assertThat(consumer.paused()).containsExactly(RESTING);
    assertThat(consumer.poll(Duration.ofMillis(100)).records(WHOLE)).hasSize(1);
  }

  private CorruptBatch batch() {
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
      throw new AssertionError("read " + records.count() + " records of a damaged batch");
    } catch (KafkaException e) {
      return CorruptBatch.in(e, consumer.assignment()).orElseThrow();
    }
  }

  private void add(TopicPartition partition, long offset) {
    byte[] text = ("record " + offset).getBytes(UTF_8);
    consumer.addRecord(
        new ConsumerRecord<>(partition.topic(), partition.partition(), offset, text, text));
  }
}
