package dev.ringpost.polling;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** The conversion of Kafka's records of invites to envelopes. Stateless. */
public final class Envelopes {

  private Envelopes() {}

  /** A record as Kafka's client hands it out. */
  public static Envelope of(ConsumerRecord<byte[], byte[]> record) {
    List<RecordHeader> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new RecordHeader(header.key(), header.value()));
    }
    var origin =
        new Origin(
            record.topic(),
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()));
    return new Envelope(origin, record.key(), record.value(), headers);
  }

  /** A record that Kafka's client cannot hand out: there is nothing of it but its place. */
  public static Arrival.Malformed unreadable(
      TopicPartition partition, long offset, Instant now, String detail) {
    var origin = new Origin(partition.topic(), partition.partition(), offset, now);
    return new Arrival.Malformed(
        new Envelope(origin, null, null, List.of()),
        new Flaw(DeadLetterReason.UNREADABLE_RECORD, detail),
        Optional.empty());
  }
}
