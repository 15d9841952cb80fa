package dev.ringpost.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.directory.snapshot.SnapshotHeader.Position;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.LocalKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reading of a topic, turn by turn. */
@Timeout(60)
class TopicReadingTest {

  private static final String TOPIC = "tokens";
  private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
  private static final TopicPartition P1 = new TopicPartition(TOPIC, 1);

  /** One more than a turn brings at most, so that a turn ends one record short of the end. */
  private static final int RECORDS = ReaderProperties.MAX_RECORDS + 1;

  private static final class Counted implements MaterializedView {

    private int records;

    @Override
    public void apply(ConsumerRecord<byte[], byte[]> record) {
      records++;
    }

    @Override
    public void passed(TopicPartition partition, long from, long to, Throwable cause) {}

    @Override
    public void atEnd(long nanoTime) {}

    @Override
    public long entries() {
      return records;
    }
  }

  /** A worker that is ready one record early tells a caller that nobody has that phone. */
  @Test
  void theEndIsReachedWithItsLastRecordAndNotBefore() throws Exception {
    try (LocalKafka kafka = LocalKafka.start()) {
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      Uuid id = fill(client, RECORDS);
      var view = new Counted();
      try (var reading = reading(id, view, client)) {
        reading.setEnds(7, Map.of(P0, (long) RECORDS));
        OptionalLong reached = readToTheEnd(reading);

        assertThat(view.records).isEqualTo(RECORDS);
        assertThat(reached).hasValue(7);
      }
    }
  }

  /** A snapshot begins there: without a partition it would lack that one's records. */
  @Test
  void positionsAreToldOfAllPartitionsInTheirOrderOrOfNone() throws Exception {
    try (LocalKafka kafka = LocalKafka.start()) {
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      Uuid id = fill(client, 3, 1);
      try (var reading = reading(id, new Counted(), client)) {
        assertThat(reading.positions()).as("nothing has been placed").isEmpty();

        reading.setEnds(7, Map.of(P0, 3L));
        assertThat(readToTheEnd(reading)).hasValue(7);
        assertThat(reading.positions().orElseThrow())
            .extracting(Position::offset)
            .containsExactly(3L);

        assertThat(reading.extendTo(2)).isTrue();
        assertThat(reading.positions()).as("the new partition has no beginning yet").isEmpty();

        reading.setEnds(8, Map.of(P0, 3L, P1, 1L));
        assertThat(readToTheEnd(reading)).hasValue(8);
        assertThat(reading.positions().orElseThrow())
            .allMatch(position -> position.epoch().isPresent())
            .extracting(Position::offset)
            .containsExactly(3L, 1L);
      }
    }
  }

  /** The reading of the first partition, which has not begun. */
  private static TopicReading<Counted> reading(Uuid id, Counted view, Map<String, Object> client) {
    return new TopicReading<>(
        id,
        TOPIC,
        1,
        view,
        StartPosition.beginning(),
        client,
        new DirectoryMeters(new Telemetry(new SimpleMeterRegistry())));
  }

  /** The moment of which is learned that the view is at the end. */
  private static OptionalLong readToTheEnd(TopicReading<Counted> reading) {
    OptionalLong reached = OptionalLong.empty();
    for (int turn = 0; reached.isEmpty(); turn++) {
      reading.read(Duration.ofMillis(50), turn);
      reached = reading.endReached(turn);
    }
    return reached;
  }

  /**
   * @param records how many each partition gets
   */
  private static Uuid fill(Map<String, Object> client, int... records) throws Exception {
    try (Admin admin = Admin.create(client);
        var producer =
            new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      var made = admin.createTopics(List.of(new NewTopic(TOPIC, records.length, (short) 1)));
      made.all().get();
      for (int partition = 0; partition < records.length; partition++) {
        for (int i = 0; i < records[partition]; i++) {
          var _ =
              producer.send(new ProducerRecord<>(TOPIC, partition, new byte[] {1}, new byte[] {2}));
        }
      }
      producer.flush();
      return made.topicId(TOPIC).get();
    }
  }
}
