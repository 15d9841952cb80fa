package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/** What differs between fresh invites and those that are tried again. */
interface Door {

  /** Asks for the topics. */
  void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener);

  /** Before which moment the record must not be taken, if there is one. */
  Optional<Instant> due(Envelope record, Instant now);

  /** Reads a record, once. */
  Arrival decode(Envelope record, Instant firstRead);
}
