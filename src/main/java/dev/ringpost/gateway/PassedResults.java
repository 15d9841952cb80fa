package dev.ringpost.gateway;

import dev.ringpost.polling.CorruptBatch;
import dev.ringpost.polling.PassingPoll;
import dev.ringpost.telemetry.GatewayMeters;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The observer of results that are broken on a broker's disk: they are counted and named, and their
 * verdicts are told to nobody. Safe for many threads.
 */
final class PassedResults implements PassingPoll.Observer {

  private static final Logger log = LoggerFactory.getLogger(PassedResults.class);

  private final GatewayMeters meters;
  private final GatewayMeters.Reader reader;
  private final Runnable afterwards;

  /**
   * @param afterwards called when offsets have been passed
   */
  PassedResults(GatewayMeters meters, GatewayMeters.Reader reader, Runnable afterwards) {
    this.meters = meters;
    this.reader = reader;
    this.afterwards = afterwards;
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
    afterwards.run();
  }

  /** An update or a restart with the library reads them: they are not passed. */
  @Override
  public void lacksCode(CorruptBatch batch, long offset) {
    throw new KafkaException(batch.partition() + " at " + offset + " needs " + batch.cause());
  }
}
