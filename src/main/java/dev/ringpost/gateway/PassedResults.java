package dev.ringpost.gateway;

import dev.ringpost.polling.CorruptBatch;
import dev.ringpost.polling.PassingPoll;
import dev.ringpost.telemetry.GatewayMeters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The observer of results that are broken on a broker's disk, or gone: they are counted and named,
 * and their verdicts are told to nobody. Safe for many threads.
 */
final class PassedResults implements PassingPoll.Observer {

  private static final Logger log = LoggerFactory.getLogger(PassedResults.class);

  private final GatewayMeters meters;
  private final GatewayMeters.Reader reader;

  PassedResults(GatewayMeters meters, GatewayMeters.Reader reader) {
    this.meters = meters;
    this.reader = reader;
  }

  @Override
  public void passed(TopicPartition partition, long from, long to, Throwable cause) {
    meters.unreadable(reader, to - from);
    log.atError()
        .addKeyValue("reader", reader.word())
        .addKeyValue("partition", partition)
        .addKeyValue("from", from)
        .addKeyValue("to", to)
        .log("results cannot be read and are passed; their verdicts are not told: {}", cause);
  }

  /** An update or a restart with the library reads them: they are not passed. */
  @Override
  public void lacksCode(CorruptBatch batch, long offset) {
    throw new KafkaException(batch.partition() + " at " + offset + " needs " + batch.cause());
  }

  /** Lets a consumer go on where the log has records, and counts those that were removed. */
  void gone(Consumer<byte[], byte[]> consumer, OffsetOutOfRangeException e) {
    Map<TopicPartition, Long> next = e.offsetOutOfRangePartitions();
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(next.keySet());
    Map<TopicPartition, OffsetAndMetadata> cuts =
        e instanceof LogTruncationException cut ? cut.divergentOffsets() : Map.of();
    next.forEach(
        (partition, from) -> {
          long beginning = beginnings.getOrDefault(partition, 0L);
          if (beginning > from) {
            consumer.seek(partition, beginning);
            removed(partition, from, beginning);
          } else {
            Optional.ofNullable(cuts.get(partition))
                .ifPresentOrElse(
                    to -> consumer.seek(partition, to),
                    () -> consumer.seekToEnd(List.of(partition)));
            log.atWarn()
                .addKeyValue("reader", reader.word())
                .addKeyValue("partition", partition)
                .addKeyValue("offset", from)
                .addKeyValue("goesOnAt", consumer.position(partition))
                .log("results end before the one that was to be read next");
          }
        });
  }

  private void removed(TopicPartition partition, long from, long to) {
    meters.removed(to - from);
    log.atError()
        .addKeyValue("reader", reader.word())
        .addKeyValue("partition", partition)
        .addKeyValue("from", from)
        .addKeyValue("to", to)
        .log(
            "Kafka removed results before they were read, see retention.ms of the topic; their"
                + " verdicts are not told");
  }
}
