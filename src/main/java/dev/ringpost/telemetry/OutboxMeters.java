package dev.ringpost.telemetry;

import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.Producer;

/** The meters of the outbox. Safe for many threads. */
public final class OutboxMeters {

  /** The kind of a record that the outbox writes. */
  public enum Kind {
    RESULT("result"),
    DEAD_LETTER("dead_letter"),
    RETRY("retry"),
    INVALIDATION("invalidation"),
    MISSED_CALL("missed_call");

    private final String tag;

    Kind(String tag) {
      this.tag = tag;
    }
  }

  private final Telemetry telemetry;
  private final CounterFamily<Kind> stored;
  private final CounterFamily<Kind> triedAgain;
  private final CounterFamily<Kind> givenUp;
  private final CounterFamily<DeadLetterReason> deadLetters;

  public OutboxMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.stored = outputs("stored");
    this.triedAgain = outputs("tried_again");
    this.givenUp = outputs("given_up");
    this.deadLetters =
        new CounterFamily<>(
            DeadLetterReason.class,
            reason -> telemetry.counter(OutboxMeterName.DEAD_LETTERS, reason.code()));
  }

  private CounterFamily<Kind> outputs(String end) {
    return new CounterFamily<>(
        Kind.class, kind -> telemetry.counter(OutboxMeterName.OUTPUTS, kind.tag, end));
  }

  /**
   * Shows how many records of a kind wait to be stored; {@code records} is asked at each scrape.
   */
  public void waiting(Kind kind, IntSupplier records) {
    telemetry.gauge(OutboxMeterName.OUTPUTS_WAITING, records::getAsInt, kind.tag);
  }

  /** Shows how full the memory for waiting records is; {@code share} is asked at each scrape. */
  public void backlog(DoubleSupplier share) {
    telemetry.gauge(OutboxMeterName.OUTPUTS_BACKLOG, share::getAsDouble);
  }

  /** Publishes the producer's own metrics until what it returns is closed. */
  public KafkaClientWatch watch(Producer<?, ?> producer) {
    return telemetry.watch(producer);
  }

  /** Kafka has a record. */
  public void stored(Kind kind) {
    stored.increment(kind);
  }

  /** Kafka did not take a record this time. */
  public void triedAgain(Kind kind) {
    triedAgain.increment(kind);
  }

  /** Kafka will never take a record. */
  public void givenUp(Kind kind) {
    givenUp.increment(kind);
  }

  /** An invite became a dead letter. */
  public void deadLetter(DeadLetterReason reason) {
    deadLetters.increment(reason);
  }
}
