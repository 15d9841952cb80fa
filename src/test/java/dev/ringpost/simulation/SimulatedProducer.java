package dev.ringpost.simulation;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's producer as a worker sees it, over simulated brokers: it sends again while they are away,
 * until {@link #DELIVERY} is over; then it gives up, whether or not they have the record. Now and
 * then it meets an error that is fatal to it, and from then on accepts a record, throws, and fails
 * the record as well. One that is closed fails all that it holds.
 */
final class SimulatedProducer extends MockProducer<byte[], byte[]> {

  /** {@code delivery.timeout.ms}: two minutes by default, which no run would see. */
  private static final Duration DELIVERY = Duration.ofSeconds(4);

  private static final long AGAIN_MILLIS = 100;

  /** One in so many records meets the fatal error. */
  private static final int FATAL = 400;

  /** A record on its way. */
  private final class Flight {

    private final ProducerRecord<byte[], byte[]> record;
    private final Callback callback;
    private final long endsAt = world.nanoTime() + DELIVERY.toNanos();
    private boolean landed;

    private Flight(ProducerRecord<byte[], byte[]> record, Callback callback) {
      this.record = record;
      this.callback = callback;
    }

    private void lands(@Nullable RecordMetadata stored, @Nullable Exception failure) {
      if (!landed) {
        landed = true;
        flights.remove(this);
        callback.onCompletion(stored, failure);
      }
    }
  }

  private final World world;
  private final Facts facts;
  private final SimulatedKafka kafka;
  private final SimulatedWorker worker;
  private final Consumer<ProducerRecord<byte[], byte[]>> appended;
  private final Set<Flight> flights = new LinkedHashSet<>();
  private boolean fatal;
  private boolean ended;

  /**
   * @param appended is told of each record that the brokers have, however often
   */
  SimulatedProducer(
      World world,
      Facts facts,
      SimulatedKafka kafka,
      SimulatedWorker worker,
      Consumer<ProducerRecord<byte[], byte[]>> appended) {
    super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    this.world = world;
    this.facts = facts;
    this.kafka = kafka;
    this.worker = worker;
    this.appended = appended;
  }

  @Override
  public synchronized Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, Callback callback) {
    if (ended) {
      throw new IllegalStateException("Cannot perform operation after producer has been closed");
    }
    var flight = new Flight(record, callback);
    flights.add(flight);
    worker.later(world.between(1, 15), () -> deliver(flight));
    if (fatal) {
      throw new KafkaException("The producer is in a fatal error state");
    }
    return new CompletableFuture<>();
  }

  private void deliver(Flight flight) {
    if (flight.landed) {
      return;
    }
    if (world.nanoTime() >= flight.endsAt) {
      facts.met(Mishap.GIVEN_UP_RECORD);
      flight.lands(null, new TimeoutException("delivery.timeout.ms is over"));
    } else if (kafka.isAway()) {
      worker.later(AGAIN_MILLIS, () -> deliver(flight));
    } else if (fatal || world.between(1, FATAL) == 1) {
      spend();
      flight.lands(null, new InvalidProducerEpochException("another has its number"));
    } else {
      appended.accept(flight.record);
      RecordMetadata stored = stored(flight.record.topic());
      if (world.happens(1)) {
        facts.met(Mishap.LOST_ACKNOWLEDGEMENT);
        worker.later(DELIVERY.toMillis(), () -> deliver(flight)); // its answers get lost
      } else {
        worker.later(world.between(0, 5), () -> flight.lands(stored, null));
      }
    }
  }

  private void spend() {
    if (!fatal) {
      facts.met(Mishap.SPENT_PRODUCER);
      fatal = true;
    }
  }

  private RecordMetadata stored(String topic) {
    return new RecordMetadata(
        new TopicPartition(topic, 0), 0, 0, world.now().toEpochMilli(), -1, -1);
  }

  @Override
  public synchronized void close(Duration timeout) {
    ended = true;
    List.copyOf(flights)
        .forEach(
            flight -> flight.lands(null, new KafkaException("Producer is closed forcefully.")));
  }
}
