package dev.ringpost.outbox;

import dev.ringpost.telemetry.OutboxMeters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One output topic's way to Kafka: a queue and the thread that empties it. Each topic has its own,
 * because a send to a topic that is not there blocks its thread. Safe for many threads.
 *
 * <p>The queue's bound is the {@link Backlog}'s, of all outputs together: intake rests while it is
 * reached, and so the queue grows no further.
 *
 * <p>A record that Kafka refuses goes to the end of the queue: each is stored, in whatever order.
 */
final class TopicSender {

  /**
   * Bound on what the producer holds for one sender, in bytes (or one record, if that is larger):
   * an output that Kafka refuses must not fill the producer's buffer.
   */
  static final int MAX_FLYING_BYTES = OutboxSettings.BUFFER_BYTES / OutboxSettings.MAX_OUTPUTS;

  /** How long a record may wait until its output counts as refused. */
  static final Duration REFUSED_AFTER = Duration.ofSeconds(5);

  /**
   * How long the thread lets records gather once it has sent all, a part of the producer's own
   * linger: to be woken for each one costs more than to send it.
   */
  private static final Duration GATHER = Duration.ofMillis(1);

  private static final Logger log = LoggerFactory.getLogger(TopicSender.class);

  private final String topic;
  private final OutboxMeters.Kind kind;
  private final SharedProducer producers;
  private final OutboxMeters meters;
  private final InstantSource clock;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Everything that is not stored, oldest first. */
  private final SequencedSet<Outgoing> open = new LinkedHashSet<>();

  /** What is to be sent, next first; whatever else is open is with the producer. */
  private final Deque<Outgoing> queue = new ArrayDeque<>();

  private final OutputHealth health;
  private long flyingBytes;
  private boolean finishing;

  /** Whether the thread waits for a record and must be woken for it. */
  private boolean idle;

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
    this.health = health;
    this.thread = Thread.ofPlatform().daemon().name("outbox-" + topic).unstarted(this::run);
  }

  /** What it carries. */
  OutboxMeters.Kind kind() {
    return kind;
  }

  void start() {
    thread.start();
  }

  /** Takes a record, at once. After {@link #finish} it takes none, and nothing completes. */
  CompletableFuture<Boolean> store(Outgoing outgoing) {
    lock.lock();
    try {
      if (!finishing) {
        open.add(outgoing);
        enqueue(outgoing);
      }
    } finally {
      lock.unlock();
    }
    return outgoing.stored();
  }

  /** How many records are not stored. */
  int waiting() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether Kafka refuses this output now: its oldest record waits too long. */
  Optional<RefusedOutput> refused() {
    lock.lock();
    try {
      if (open.isEmpty()) {
        return Optional.empty();
      }
      Instant since = open.getFirst().since();
      return clock.instant().isBefore(since.plus(REFUSED_AFTER))
          ? Optional.empty()
          : Optional.of(new RefusedOutput(topic, since, health.troubleSince(since)));
    } finally {
      lock.unlock();
    }
  }

  /** Whether its thread runs. */
  boolean alive() {
    return thread.isAlive();
  }

  /** Takes nothing more and ends once everything is stored. */
  void finish() {
    lock.lock();
    try {
      finishing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end for at most {@code budget}. */
  void awaitEnd(Duration budget) throws InterruptedException {
    thread.join(budget);
  }

  /** Sends nothing more. What is not stored stays so, and what hangs on it never completes. */
  void abandon() {
    thread.interrupt();
  }

  private void run() {
    try {
      for (Outgoing next = next(); next != null; next = next()) {
        send(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a record that may be sent; null once there will be none. */
  private @Nullable Outgoing next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      boolean gathered = false;
      while (!finishing || !open.isEmpty()) {
        Outgoing head = queue.peek();
        long pauseNanos = health.pauseNanos();
        if (head == null && !gathered) {
          gathered = changed.awaitNanos(GATHER.toNanos()) <= 0;
        } else if (head == null || !fits(head)) {
          idle = true;
          changed.await();
          idle = false;
        } else if (pauseNanos > 0) {
          changed.awaitNanos(pauseNanos);
        } else {
          flyingBytes += head.bytes();
          return queue.remove();
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(Outgoing outgoing) {
    return flyingBytes == 0 || flyingBytes + outgoing.bytes() <= MAX_FLYING_BYTES;
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

  /** Puts a record at the end of the queue. The lock is held. */
  private void enqueue(Outgoing outgoing) {
    queue.add(outgoing);
    if (idle) {
      changed.signal();
    }
  }

  /**
   * One try. It lands once: a producer that has met a fatal error first takes a record, then
   * throws, and fails the record later as well.
   */
  private final class Flight implements Callback {

    private final Outgoing outgoing;
    private final Runnable retire;
    private final int bytes;
    private boolean landed;

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
      boolean tell;
      lock.lock();
      try {
        if (!land()) {
          return;
        }
        open.remove(outgoing);
        health.taken();
        tell = open.isEmpty() && health.over();
      } finally {
        lock.unlock();
      }
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
      boolean hopeless;
      boolean tell;
      int waiting;
      lock.lock();
      try {
        if (!land()) {
          return;
        }
        hopeless =
            switch (trouble) {
              case TOO_LARGE -> !outgoing.shrink();
              case IMPOSSIBLE -> true;
              case OUTAGE, PRODUCER_SPENT -> false;
            };
        tell = health.failed(trouble, exception, clock.instant());
        if (hopeless) {
          open.remove(outgoing);
        } else {
          enqueue(outgoing);
        }
        waiting = open.size();
      } finally {
        lock.unlock();
      }
      if (hopeless) {
        giveUp(exception);
      } else {
        meters.triedAgain(kind);
      }
      if (tell) {
        log.atWarn()
            .addKeyValue("topic", topic)
            .addKeyValue("waiting", waiting)
            .addKeyValue("error", OutputHealth.words(exception))
            .log("Kafka does not take an output; its records wait and hold their invites' offsets");
      }
    }

    /** The last resort: the log and a counter are all that is left of the record. */
    private void giveUp(Exception exception) {
      log.atError()
          .addKeyValue("topic", topic)
          .addKeyValue("invite", outgoing.origin())
          .addKeyValue("about", outgoing.about())
          .addKeyValue("error", OutputHealth.words(exception))
          .log("Kafka will never take a record; it is given up");
      meters.givenUp(kind);
      outgoing.stored().complete(false);
    }

    /** Whether this is the first word on this try. The lock is held. */
    private boolean land() {
      if (landed) {
        return false;
      }
      landed = true;
      flyingBytes -= bytes;
      if (finishing || !queue.isEmpty()) {
        changed.signal();
      }
      return true;
    }
  }
}
