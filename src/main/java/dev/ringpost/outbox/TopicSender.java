package dev.ringpost.outbox;

import dev.ringpost.telemetry.OutboxMeters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One output topic's way to Kafka: a queue, and what its one thread does to empty it. Each topic
 * has its own, because a send to a topic that is not there blocks its thread. Safe for many
 * threads.
 *
 * <p>The queue's bound is the {@link Backlog}'s, of all outputs together: intake rests while it is
 * reached, and so the queue grows no further.
 *
 * <p>A record that Kafka refuses goes to the end of the queue: each is stored, in whatever order.
 */
final class TopicSender {

  private static final Logger log = LoggerFactory.getLogger(TopicSender.class);

  /** How often it is asked how many partitions the topic has, which only grows. */
  private static final Duration ASKED_EVERY = Duration.ofMinutes(1);

  private static final Instant NEVER = Instant.MIN;

  private final String topic;
  private final OutboxMeters.Kind kind;
  private final SharedProducer producers;
  private final OutboxMeters meters;
  private final InstantSource clock;

  private final TopicQueue queue;

  /**
   * Whether Kafka has stored one: then the client knows the topic, and asking it waits for nothing.
   */
  private volatile boolean known;

  private Instant askedAt = NEVER;

  TopicSender(
      String topic,
      OutboxMeters.Kind kind,
      SharedProducer producers,
      OutboxMeters meters,
      InstantSource clock,
      OutputHealth health) {
    this.topic = topic;
    this.kind = kind;
    this.producers = producers;
    this.meters = meters;
    this.clock = clock;
    this.queue = new TopicQueue(health);
  }

  /** What it carries. */
  OutboxMeters.Kind kind() {
    return kind;
  }

  /** The thread that empties the queue until everything is stored after {@link #finish}. */
  Thread start() {
    return Thread.ofPlatform().daemon().name("outbox-" + topic).start(this::run);
  }

  /** Accepts a record, at once. After {@link #finish} it accepts none, and nothing completes. */
  CompletableFuture<Boolean> store(Outgoing outgoing) {
    queue.add(outgoing);
    return outgoing.stored();
  }

  /** How many records are not stored. */
  int waiting() {
    return queue.size();
  }

  /** Whether Kafka refuses this output now: its oldest record waits too long. */
  Optional<RefusedOutput> refused() {
    return queue.refused(topic, clock.instant());
  }

  /** Accepts nothing more; its thread ends once everything is stored. */
  void finish() {
    queue.finish();
  }

  private void run() {
    try {
      while (queue.await()) {
        sendReady();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends all that may be sent now; on one thread at a time. */
  void sendReady() throws InterruptedException {
    askForPartitions();
    for (Outgoing next = queue.poll(); next != null; next = queue.poll()) {
      send(next);
      // Under load this goes on for long; until it is asked, one partition may take all the room.
      if (askedAt.equals(NEVER)) {
        askForPartitions();
      }
    }
  }

  private void askForPartitions() throws InterruptedException {
    Instant now = clock.instant();
    if (!known || now.isBefore(askedAt.plus(ASKED_EVERY))) {
      return;
    }
    askedAt = now;
    try {
      queue.partitions(producers.current().partitions(topic));
    } catch (InterruptException e) {
      throw new InterruptedException("abandoned while it asked for a topic's partitions");
    } catch (RuntimeException e) {
      log.atDebug().setCause(e).log("the number of partitions is not known, or as before");
    }
  }

  private void send(Outgoing outgoing) throws InterruptedException {
    SharedProducer.Carrier carrier;
    try {
      carrier = producers.current();
    } catch (RuntimeException e) {
      new Flight(outgoing, () -> {}).failed(SendTrouble.OUTAGE, e);
      return;
    }
    var flight = new Flight(outgoing, carrier::retire);
    try {
      carrier.send(topic, outgoing, flight);
    } catch (InterruptException e) {
      throw new InterruptedException("abandoned while a send was blocked");
    } catch (RuntimeException e) {
      flight.failed(SendTrouble.thrown(e), e);
    }
  }

  /**
   * One try to send a record. It lands once: a producer that has met a fatal error first takes a
   * record, then throws, and fails the record later as well.
   */
  private final class Flight implements Callback {

    private final Outgoing outgoing;
    private final Runnable retire;
    private final int bytes;
    private final AtomicBoolean landed = new AtomicBoolean();

    /**
     * @param retire marks its producer as spent
     */
    private Flight(Outgoing outgoing, Runnable retire) {
      this.outgoing = outgoing;
      this.retire = retire;
      this.bytes = outgoing.bytes();
    }

    /**
     * Kafka's answer, on the producer's own thread, or on the sender's if the record never left.
     */
    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
      if (exception == null) {
        stored();
      } else {
        failed(SendTrouble.answered(exception), exception);
      }
    }

    private void stored() {
      if (landed.getAndSet(true)) {
        return;
      }
      known = true;
      boolean tell = queue.stored(outgoing, bytes);
      meters.stored(kind);
      outgoing.stored().complete(true);
      if (tell) {
        log.atInfo().addKeyValue("topic", topic).log("topic accepts records again, backlog empty");
      }
    }

    private void failed(SendTrouble trouble, Exception exception) {
      if (trouble == SendTrouble.PRODUCER_SPENT) {
        retire.run();
      }
      if (landed.getAndSet(true)) {
        return;
      }
      TopicQueue.Failed failed = queue.failed(outgoing, bytes, trouble, exception, clock.instant());
      if (failed.hopeless()) {
        giveUp(exception);
      } else {
        meters.triedAgain(kind);
      }
      if (failed.tell()) {
        log.atWarn()
            .addKeyValue("topic", topic)
            .addKeyValue("waiting", failed.waiting())
            .addKeyValue("error", OutputHealth.words(exception))
            .log("topic accepts no records; they wait and hold their invites' offsets");
      }
    }

    /** The last resort: the log and a counter are all that is left of the record. */
    private void giveUp(Exception exception) {
      log.atError()
          .addKeyValue("topic", topic)
          .addKeyValue("invite", outgoing)
          .addKeyValue("about", outgoing.about())
          .addKeyValue("error", OutputHealth.words(exception))
          .log("Kafka will never accept a record; it is given up");
      meters.givenUp(kind);
      outgoing.stored().complete(false);
    }
  }
}
