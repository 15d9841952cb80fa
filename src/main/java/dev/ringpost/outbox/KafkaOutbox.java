package dev.ringpost.outbox;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Outbox;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.missed.InvalidationOutbox;
import dev.ringpost.delivery.missed.MissableCall;
import dev.ringpost.delivery.rings.RingOutbox;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.events.ResultJson;
import dev.ringpost.events.RetryHeaders;
import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.OutboxMeters.Kind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outbox on Kafka: stores results, retries, dead letters, invalidations and calls that may have
 * been missed. Safe for many threads.
 *
 * <p>A record is made on the caller's thread and sent by the thread of its topic's {@link
 * TopicSender}; nobody who stores ever waits for Kafka. What Kafka does not accept is sent again
 * until it is accepted, so a returned future can wait as long as an outage lasts; what Kafka can
 * never accept has a last resort, the log and a counter, and then its future completes as well.
 * After a time-out or a replaced producer a record may be stored twice: readers of results know a
 * repeat by invite and attempt.
 *
 * <p>A returned future completes on the producer's own thread, on which all answers of Kafka
 * arrive. What hangs on it must be cheap, must not block and must not wait for another record.
 */
public final class KafkaOutbox implements Outbox, RingOutbox, InvalidationOutbox, AutoCloseable {

  /** The time that {@link #close()} takes at most. */
  public static final Duration CLOSE_BUDGET = Duration.ofSeconds(5);

  /** How long a sender that is told to leave is waited for. */
  private static final Duration ABANDON_BUDGET = Duration.ofMillis(100);

  /** The time that {@link #close()} takes at most, what does not end by itself included. */
  public static final Duration CLOSE_BOUND = CLOSE_BUDGET.plus(ABANDON_BUDGET.multipliedBy(2));

  private static final Logger log = LoggerFactory.getLogger(KafkaOutbox.class);

  private final SharedProducer producers;
  private final TopicSender results;
  private final TopicSender deadLetters;
  private final TopicSender invalidations;
  private final List<TopicSender> retries;
  private final Optional<TopicSender> missedCalls;
  private final ResultWriter writer;
  private final OutboxMeters meters;
  private final InstantSource clock;
  private final Backlog backlog;

  /** The threads that send, one for each topic. */
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Makes a producer and starts to send. Kafka need not be there yet.
   *
   * @param clock is told the brokers' time with every record that they store
   * @param deaf whether a device of a user does not ring, which results say
   * @throws org.apache.kafka.common.KafkaException if the client refuses its properties
   */
  public static KafkaOutbox open(
      OutboxSettings settings,
      OutboxMeters meters,
      BrokerClock clock,
      BiPredicate<UserId, Device> deaf) {
    return open(
        settings,
        meters,
        clock,
        () -> SharedProducer.made(settings),
        OutputHealth.FIRST_PAUSE,
        Backlog.ofHeap(),
        deaf);
  }

  /**
   * @param fresh makes a producer, at once and whenever one is spent
   */
  static KafkaOutbox open(
      OutboxSettings settings,
      OutboxMeters meters,
      BrokerClock clock,
      Supplier<Producer<byte[], byte[]>> fresh,
      Duration firstPause,
      Backlog backlog,
      BiPredicate<UserId, Device> deaf) {
    var outbox = new KafkaOutbox(settings, meters, clock, fresh, firstPause, backlog, deaf);
    outbox.senders().map(TopicSender::start).forEach(outbox.threads::add);
    return outbox;
  }

  /** One whose queues nobody empties yet. */
  KafkaOutbox(
      OutboxSettings settings,
      OutboxMeters meters,
      BrokerClock clock,
      Supplier<Producer<byte[], byte[]>> fresh,
      Duration firstPause,
      Backlog backlog,
      BiPredicate<UserId, Device> deaf) {
    this.backlog = backlog;
    this.producers = new SharedProducer(fresh, meters, clock);
    this.writer = new ResultWriter(settings, deaf);
    this.meters = meters;
    this.clock = clock;
    Supplier<OutputHealth> health = () -> new OutputHealth(firstPause, clock::nanoTime);
    this.results = sender(settings.resultsTopic(), Kind.RESULT, health.get());
    this.deadLetters = sender(settings.deadLettersTopic(), Kind.DEAD_LETTER, health.get());
    this.invalidations = sender(settings.invalidationsTopic(), Kind.INVALIDATION, health.get());
    this.retries =
        settings.retryTopics().stream()
            .map(topic -> sender(topic, Kind.RETRY, health.get()))
            .toList();
    this.missedCalls =
        settings.missedCallsTopic().map(it -> sender(it, Kind.MISSED_CALL, health.get()));
    for (Kind kind : Kind.values()) {
      meters.waiting(kind, () -> waiting(kind));
    }
    meters.backlog(backlog::share);
  }

  private TopicSender sender(String topic, Kind kind, OutputHealth health) {
    return new TopicSender(topic, kind, producers, meters, clock, health);
  }

  private int waiting(Kind kind) {
    return senders().filter(sender -> sender.kind() == kind).mapToInt(TopicSender::waiting).sum();
  }

  @Override
  public CompletableFuture<Void> store(Decision decision) {
    CompletableFuture<?> main =
        switch (decision.disposition()) {
          case Disposition.Final(Verdict verdict) -> storeResult(decision, verdict);
          case Disposition.Retry retry ->
              CompletableFuture.allOf(
                  storeRetry(decision, retry), storeResult(decision, retry.verdict()));
          case Disposition.DeadLetter dead ->
              CompletableFuture.allOf(
                  storeDeadLetter(decision.arrival(), dead.flaw()),
                  storeResult(decision, dead.verdict()));
          case Disposition.Abandoned() -> new CompletableFuture<>();
        };
    Optional<CompletableFuture<?>> missed =
        missedCalls.flatMap(
            topic ->
                MissableCall.of(decision)
                    .map(it -> store(topic, MissedCallRecord.of(it, clock.instant()), 0)));
    if (decision.invalidations().isEmpty() && missed.isEmpty()) {
      return main.thenAccept(_ -> {});
    }
    return CompletableFuture.allOf(
        Stream.of(
                Stream.of(main),
                missed.stream(),
                decision.invalidations().stream().map(this::store))
            .flatMap(futures -> futures)
            .toArray(CompletableFuture<?>[]::new));
  }

  /** No offset waits for it, and where much waits to be written it is left out. */
  @Override
  public void tell(RingReport report) {
    if (!isFull()) {
      var _ =
          store(
              results,
              new Outgoing(
                  clock.instant(),
                  report.call().origin(),
                  report.verdict().wire(),
                  writer.body(report),
                  Optional.empty()),
              0);
    }
  }

  /** Whether so much waits that no more invites must be read: no phone rings, nothing is lost. */
  public boolean isFull() {
    return backlog.isFull();
  }

  /** Whether reading must rest: it {@link #isFull}, or Kafka stores more slowly than we read. */
  public boolean mustRest() {
    return backlog.isFull() || backlog.isBehind();
  }

  /** Stores a record and counts it, with the invite that it keeps in memory, while it waits. */
  private CompletableFuture<Boolean> store(TopicSender sender, Outgoing outgoing, long alsoKept) {
    long bytes = outgoing.bytes() + alsoKept + Backlog.OVERHEAD;
    long since = backlog.add(bytes);
    CompletableFuture<Boolean> stored = sender.store(outgoing);
    return stored.whenComplete((_, _) -> backlog.ended(bytes, since, outgoing.triedAgain()));
  }

  /**
   * Stores the invite in the topic of its next retry; one that Kafka will never accept is over, and
   * its result says so: {@code failed}, or {@code accepted} if a phone rings already.
   */
  private CompletableFuture<?> storeRetry(Decision decision, Disposition.Retry retry) {
    Envelope envelope = decision.arrival().envelope();
    TopicSender topic = retries.get(Math.min(retry.when().retry(), retries.size()) - 1);
    // Made now, for the settlement holds the whole invite as objects, many times its bytes.
    Verdict last = retry.next().accepted() > 0 ? Verdict.ACCEPTED : Verdict.FAILED;
    Optional<Outgoing> over = result(decision, last, retry.next().number(), true);
    return store(
            topic,
            new Outgoing(
                clock.instant(),
                envelope.origin(),
                retry.verdict().wire(),
                new Outgoing.Body(
                    envelope.key(), envelope.value(), RetryHeaders.of(envelope, retry)),
                Optional.empty()),
            over.map(Outgoing::bytes).orElse(0))
        .thenCompose(kept -> kept ? CompletableFuture.completedFuture(true) : storeResult(over, 0));
  }

  @Override
  public CompletableFuture<Boolean> store(TokenInvalidation dead) {
    return store(invalidations, Outgoing.of(dead, clock.instant()), 0);
  }

  private CompletableFuture<Boolean> storeResult(Decision decision, Verdict verdict) {
    int attempt =
        decision.arrival() instanceof Arrival.Invited(_, Attempt read) ? read.number() : 1;
    boolean last = !(decision.disposition() instanceof Disposition.Retry);
    return storeResult(
        result(decision, verdict, attempt, last), decision.arrival().envelope().bytes());
  }

  private CompletableFuture<Boolean> storeResult(Optional<Outgoing> result, long alsoKept) {
    return result
        .map(outgoing -> store(results, outgoing, alsoKept))
        .orElseGet(() -> CompletableFuture.completedFuture(true));
  }

  /** What tells the call's server; nobody can be told of a record whose call is not known. */
  private Optional<Outgoing> result(Decision decision, Verdict verdict, int attempt, boolean last) {
    Arrival arrival = decision.arrival();
    return ResultJson.addressee(arrival)
        .map(
            call ->
                new Outgoing(
                    clock.instant(),
                    arrival.envelope().origin(),
                    verdict.wire(),
                    writer.body(call, verdict, attempt, last, decision),
                    Optional.empty()));
  }

  private CompletableFuture<Boolean> storeDeadLetter(Arrival arrival, Flaw flaw) {
    meters.deadLetter(flaw.reason());
    return store(deadLetters, Outgoing.of(arrival, flaw, clock.instant()), 0);
  }

  /**
   * The outputs that Kafka refuses now. Each invite whose record waits holds its offset, so this
   * ends in intake's standstill if nobody fixes it.
   */
  public List<RefusedOutput> refused() {
    return senders().flatMap(sender -> sender.refused().stream()).toList();
  }

  /** Whether all threads run. */
  public boolean alive() {
    return threads.stream().allMatch(Thread::isAlive);
  }

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
    senders().forEach(TopicSender::finish);
    try {
      for (Thread thread : threads) {
        var _ = thread.join(left(endNanos));
      }
      threads.forEach(Thread::interrupt);
      for (Thread thread : threads) {
        var _ = thread.join(ABANDON_BUDGET);
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
    }
    producers.close(left(endNanos));
    int waiting = waiting();
    if (waiting > 0) {
      log.atWarn()
          .addKeyValue("waiting", waiting)
          .log("Closed before everything was stored; the invites will be read again");
    }
  }

  /** How many records are not stored. */
  int waiting() {
    return senders().mapToInt(TopicSender::waiting).sum();
  }

  /** The ways of all topics that it writes. */
  Stream<TopicSender> senders() {
    return Stream.of(
            Stream.of(results, deadLetters, invalidations), retries.stream(), missedCalls.stream())
        .flatMap(senders -> senders);
  }

  private static Duration left(long endNanos) {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }
}
