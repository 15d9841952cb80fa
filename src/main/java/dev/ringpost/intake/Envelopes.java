package dev.ringpost.intake;

import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Kafka's records in the words of the house. */
final class Envelopes {

  private Envelopes() {}

  static Envelope of(ConsumerRecord<byte[], byte[]> record) {
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
}
