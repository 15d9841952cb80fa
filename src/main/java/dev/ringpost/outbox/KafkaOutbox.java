package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Outbox;
import dev.ringpost.delivery.Settlement;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.telemetry.OutboxMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores results and dead letters in Kafka. The only place that looks into a {@link Disposition}.
 * Safe for many threads.
 *
 * <p>A record is made on the caller's thread and sent by the thread of its topic's {@link
 * OutputLane}; nobody who stores ever waits for Kafka. What Kafka does not take is sent again until
 * it is taken, so a returned future can wait as long as an outage lasts; what Kafka can never take
 * has a last resort, the log and a counter, and then its future completes as well. After a time-out
 * or a replaced producer a record may be stored twice: readers of results know a repeat by invite
 * and attempt.
 *
 * <p>A returned future completes on the producer's own thread, on which all answers of Kafka
 * arrive. What hangs on it must be cheap, must not block and must not wait for another record.
 */
public final class KafkaOutbox implements Outbox, AutoCloseable {

  /** The time that {@link #close()} takes at most. */
  public static final Duration CLOSE_BUDGET = Duration.ofSeconds(5);

  /** How long a lane that is told to leave is waited for. */
  private static final Duration ABANDON_BUDGET = Duration.ofMillis(100);

  /** The time that {@link #close()} takes at most, what does not end by itself included. */
  public static final Duration CLOSE_BOUND = CLOSE_BUDGET.plus(ABANDON_BUDGET.multipliedBy(2));

  /** The header of W3C Trace Context, which results carry on. */
  private static final String TRACE_HEADER = "traceparent";

  /** Bound on that header's value, in bytes; those of today have 55. */
  private static final int MAX_TRACE_BYTES = 128;

  private static final Logger log = LoggerFactory.getLogger(KafkaOutbox.class);

  private final SharedProducer producers;
  private final OutputLane results;
  private final OutputLane deadLetters;
  private final ResultJson json;
  private final OutboxMeters meters;
  private final InstantSource clock;

  /**
   * Makes a producer and starts to send. Kafka need not be there yet.
   *
   * @throws org.apache.kafka.common.KafkaException if the client refuses its properties
   */
  public static KafkaOutbox open(
      OutboxSettings settings, OutboxMeters meters, InstantSource clock) {
    return open(
        settings,
        meters,
        clock,
        () ->
            new KafkaProducer<>(
                settings.producerProperties(),
                new ByteArraySerializer(),
                new ByteArraySerializer()),
        OutputHealth.FIRST_PAUSE);
  }

  /**
   * @param fresh makes a producer, at once and whenever one is spent
   */
  static KafkaOutbox open(
      OutboxSettings settings,
      OutboxMeters meters,
      InstantSource clock,
      Supplier<Producer<byte[], byte[]>> fresh,
      Duration firstPause) {
    var outbox = new KafkaOutbox(settings, meters, clock, fresh, firstPause);
    outbox.lanes().forEach(OutputLane::start);
    return outbox;
  }

  private KafkaOutbox(
      OutboxSettings settings,
      OutboxMeters meters,
      InstantSource clock,
      Supplier<Producer<byte[], byte[]>> fresh,
      Duration firstPause) {
    this.producers = new SharedProducer(fresh, meters);
    this.json = new ResultJson(settings.callee());
    this.meters = meters;
    this.clock = clock;
    this.results =
        new OutputLane(
            settings.resultsTopic(),
            OutboxMeters.Kind.RESULT,
            producers,
            meters,
            clock,
            new OutputHealth(firstPause));
    this.deadLetters =
        new OutputLane(
            settings.deadLettersTopic(),
            OutboxMeters.Kind.DEAD_LETTER,
            producers,
            meters,
            clock,
            new OutputHealth(firstPause));
  }

  @Override
  public CompletableFuture<Void> store(Settlement settlement) {
    return switch (settlement.disposition()) {
      case Disposition.Settled(Verdict verdict) -> storeResult(settlement, verdict);
      case Disposition.DeadLetter dead ->
          CompletableFuture.allOf(
              storeDeadLetter(settlement.arrival(), dead.flaw()),
              storeResult(settlement, dead.verdict()));
      case Disposition.Abandoned() -> new CompletableFuture<>();
    };
  }

  /** Tells the call's server; nobody can be told of a record whose call is not known. */
  private CompletableFuture<Void> storeResult(Settlement settlement, Verdict verdict) {
    Arrival arrival = settlement.arrival();
    Optional<CallId> callId = ResultJson.addressee(arrival);
    if (callId.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    var body =
        new Outgoing.Body(
            callId.get().value().getBytes(UTF_8),
            json.of(callId.get(), verdict, settlement),
            trace(arrival.envelope().headers()));
    return results.store(
        new Outgoing(
            clock.instant(), arrival.envelope().origin(), verdict.wire(), body, Optional.empty()));
  }

  private CompletableFuture<Void> storeDeadLetter(Arrival arrival, Flaw flaw) {
    meters.deadLetter(flaw.reason());
    Envelope envelope = arrival.envelope();
    List<RecordHeader> headers = DeadLetterHeaders.of(arrival, flaw);
    byte[] value = envelope.value();
    Optional<Outgoing.Body> smaller =
        Optional.ofNullable(value)
            .map(
                left ->
                    new Outgoing.Body(
                        envelope.key(),
                        null,
                        Stream.concat(
                                headers.stream(),
                                Stream.of(DeadLetterHeaders.valueSize(left.length)))
                            .toList()));
    return deadLetters.store(
        new Outgoing(
            clock.instant(),
            envelope.origin(),
            flaw.reason().code(),
            new Outgoing.Body(envelope.key(), value, headers),
            smaller));
  }

  /** The invite's trace, the last one if there are several, as Kafka reads headers. */
  private static List<RecordHeader> trace(List<RecordHeader> headers) {
    if (headers.isEmpty()) {
      return List.of();
    }
    return headers.reversed().stream()
        .filter(header -> header.key().equals(TRACE_HEADER))
        .filter(header -> header.value() != null && header.value().length <= MAX_TRACE_BYTES)
        .limit(1)
        .toList();
  }

  /**
   * The outputs that Kafka refuses now. Each invite whose record waits holds its offset, so this
   * ends in intake's standstill if nobody mends it.
   */
  public List<RefusedOutput> refused() {
    return lanes().flatMap(lane -> lane.refused().stream()).toList();
  }

  /** Whether all threads run. */
  public boolean alive() {
    return lanes().allMatch(OutputLane::alive);
  }

  /** As {@link #close(Duration)} with {@link #CLOSE_BUDGET}. */
  @Override
  public void close() {
    close(CLOSE_BUDGET);
  }

  /**
   * Stores what can be stored within about {@code budget} and ends. What is not stored by then
   * never completes, so its invites are read again by the next owner of their partitions.
   */
  public void close(Duration budget) {
    long endNanos = System.nanoTime() + budget.toNanos();
    lanes().forEach(OutputLane::finish);
    try {
      for (OutputLane lane : List.of(results, deadLetters)) {
        lane.awaitEnd(left(endNanos));
      }
      lanes().forEach(OutputLane::abandon);
      for (OutputLane lane : List.of(results, deadLetters)) {
        lane.awaitEnd(ABANDON_BUDGET);
      }
    } catch (InterruptedException e) {
      lanes().forEach(OutputLane::abandon);
      Thread.currentThread().interrupt();
    }
    producers.close(left(endNanos));
    int waiting = lanes().mapToInt(OutputLane::waiting).sum();
    if (waiting > 0) {
      log.atWarn()
          .addKeyValue("waiting", waiting)
          .log("Closed before everything was stored; the invites will be read again");
    }
  }

  private Stream<OutputLane> lanes() {
    return Stream.of(results, deadLetters);
  }

  private static Duration left(long endNanos) {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }
}
