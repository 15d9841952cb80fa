package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/**
 * The subscription of a consumer: all that differs between fresh invites, retries and calls that
 * may have been missed.
 */
interface Subscription {

  /** Asks for the topics. */
  void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener);

  /**
   * The time before which a record is not delivered.
   *
   * @param at by the clock of the worker that wrote it
   * @param retry the longest that it may be made to wait, whatever the clocks say
   */
  record Due(Instant at, Duration retry) {}

  /** Whether others are still worth reading if these topics may not be read. */
  boolean goesOnWithout(Set<String> topics);

  /** Before which moment the record must not be taken, if there is one. */
  Optional<Due> due(Envelope record);

  /** How long a record may stay unread where nothing has come for a while; zero if none may. */
  Duration idleRest();

  /** Reads a record, once. */
  Arrival decode(Envelope record, Instant firstRead);
}
