package dev.ringpost.outbox;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The meaning of a failed send: the outbox's one place that looks into Kafka's exceptions.
 *
 * <p>Everything that is not named here is an outage: time-outs, missing topics and partitions,
 * missing replicas, missing rights, a broker that is away. Even a topic's name that can never exist
 * is one: a person must fix it, and until then nothing may be lost.
 */
enum SendTrouble {
  /** The record is larger than the client or the topic accepts. */
  TOO_LARGE,
  /** The broker refuses this record, whoever sends it and when. */
  IMPOSSIBLE,
  /** Another time it can succeed. */
  OUTAGE,
  /** The producer will never send again; a fresh one can succeed. */
  PRODUCER_SPENT;

  /** What an exception means that Kafka gave for a record. */
  static SendTrouble answered(Exception answer) {
    return switch (answer) {
      case RecordTooLargeException _ -> TOO_LARGE;
      case InvalidRecordException _ -> IMPOSSIBLE;
      case SerializationException _ -> IMPOSSIBLE;
      case ProducerFencedException _ -> PRODUCER_SPENT;
      case InvalidProducerEpochException _ -> PRODUCER_SPENT;
      default -> OUTAGE;
    };
  }

  /**
   * What an exception means that came out of {@code send} itself. The producer gives to the
   * callback whatever concerns the record or the cluster; it throws once it is closed or has met an
   * error that is fatal to its sequence of numbers (KIP-98), and then does so without end.
   */
  static SendTrouble thrown(RuntimeException thrown) {
    return thrown instanceof SerializationException ? IMPOSSIBLE : PRODUCER_SPENT;
  }
}
