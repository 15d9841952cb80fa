package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.intake.waiting.DelayGate;
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

  /** Whether others are still worth reading if these topics may not be read. */
  boolean goesOnWithout(Set<String> topics);

  /** Before which moment the record must not be taken, if there is one. */
  Optional<DelayGate.Due> due(Envelope record);

  /**
   * How long after its call is over a record may be taken whose time has not come; empty if each
   * waits for its time.
   */
  Optional<Duration> early();

  /** How long a record may stay unread where nothing has come for a while; zero if none may. */
  Duration idleRest();

  /** Reads a record, once. */
  Arrival decode(Envelope record, Instant firstRead);
}
