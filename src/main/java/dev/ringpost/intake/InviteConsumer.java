package dev.ringpost.intake;

import dev.ringpost.events.InviteDecoder;
import dev.ringpost.intake.waiting.CatchUp;
import dev.ringpost.intake.waiting.DelayGate;
import dev.ringpost.intake.waiting.IdlePace;
import dev.ringpost.polling.Departure;
import dev.ringpost.polling.PollFailure;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer of invites, fresh ones or those to be tried again, which has each of them handled.
 * One platform thread owns the consumer, begins the handling and never waits for anything but
 * Kafka: when the places in flight or a partition's ledger are full it pauses and polls on.
 */
public final class InviteConsumer implements AutoCloseable {

  /** Bound on one poll; commits are looked after as often. */
  static final Duration POLL = Duration.ofMillis(50);

  /** Bound on one poll while paused for want of places or by what waits to be written. */
  static final Duration POLL_WHEN_SATURATED = Duration.ofMillis(5);

  /** Bound on what is in flight when the worker leaves: its partitions are deaf meanwhile. */
  public static final Duration LEAVE_WAIT = Duration.ofSeconds(1);

  /** Bound on storing, as retries, what was cut short when the worker leaves. */
  static final Duration STORE_WAIT = Duration.ofMillis(500);

  /** Bound on the consumer's own goodbye to the group. */
  static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  /** The part of {@link #CLOSE_BOUND} in which it waits for the end of a rebalance. */
  public static final Duration REBALANCE_BOUND = Departure.REBALANCE_WAIT;

  /** The time that {@link #close()} takes at most: what is in flight, last commits, goodbye. */
  public static final Duration CLOSE_BOUND =
      REBALANCE_BOUND.plus(LEAVE_WAIT).plus(STORE_WAIT).plus(CLOSE_WAIT).plus(CLOSE_WAIT);

  /** Pause before a consumer that failed is recreated. */
  static final Duration REMAKE_PAUSE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(InviteConsumer.class);

  /** The state of the loop for gauges and probes; written by the loop, read on any thread. */
  private record Snapshot(
      boolean joined, int partitions, long span, Optional<Instant> oldest, long turnedNanos) {

    static Snapshot outside() {
      return new Snapshot(false, 0, 0, Optional.empty(), System.nanoTime());
    }
  }

  private final IntakeSettings settings;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final InviteHandling handling;
  private final RecordIntake taking;
  private final InstantSource clock;
  private final IntakeMeters meters;
  private final Subscription subscription;
  private final Runnable cutShort;
  private final DelayGate gate = new DelayGate(System::nanoTime);
  private final BlockedPartitions blocked;
  private final PauseControl pauses;
  private final Supplier<Lease> leases;
  private final InFlightPermits permits;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<Snapshot> snapshot = new AtomicReference<>(Snapshot.outside());
  private final AtomicReference<Optional<Consumer<byte[], byte[]>>> current =
      new AtomicReference<>(Optional.empty());

  /**
   * @param cutShort makes everything that is in flight end now, so that it can be tried again by
   *     another worker; called when this one leaves and has waited long enough
   */
  public InviteConsumer(
      IntakeSettings settings,
      ArrivalHandler handler,
      Runnable cutShort,
      InstantSource clock,
      IntakeMeters meters) {
    this(
        settings,
        () -> new KafkaConsumer<>(ConsumerProperties.of(settings)),
        () -> new Lease(settings.sessionTimeout(), System::nanoTime),
        handler,
        cutShort,
        clock,
        meters);
  }

  /** The same with any clients, and a lease for each. */
  InviteConsumer(
      IntakeSettings settings,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Supplier<Lease> leases,
      ArrivalHandler handler,
      Runnable cutShort,
      InstantSource clock,
      IntakeMeters meters) {
    this.settings = settings;
    this.consumers = consumers;
    this.cutShort = cutShort;
    this.clock = clock;
    this.meters = meters;
    this.subscription =
        subscription(settings, new InviteDecoder(settings.ring(), new InviteOddities(meters)));
    this.blocked = new BlockedPartitions(meters, System::nanoTime);
    this.pauses = new PauseControl(settings.ledgerSpan(), gate, blocked);
    this.leases = leases;
    this.permits = new InFlightPermits(settings.maxInFlight());
    this.handling = new InviteHandling(handler, permits, meters);
    Optional<WaitingRecords> waiting =
        subscription.early().map(grace -> new WaitingRecords(handling, grace, System::nanoTime));
    this.taking =
        new RecordIntake(
            subscription, handling, gate, waiting, new CatchUp(System::nanoTime), clock, meters);
    this.thread =
        Thread.ofPlatform().name("consumer-of-" + settings.source().word()).unstarted(this::run);
    meters.gauges(
        permits::inFlight,
        permits::waiting,
        () -> snapshot.get().span(),
        this::oldestUnsettled,
        () -> snapshot.get().partitions());
    meters.blockedGauges(blocked::count);
    waiting.ifPresent(records -> meters.waitingForEndGauge(records::count));
  }

  private static Subscription subscription(IntakeSettings settings, InviteDecoder decoder) {
    return switch (settings.source()) {
      case IntakeSettings.Source.Fresh(String topic) -> new FreshSubscription(topic, decoder);
      case IntakeSettings.Source.Retries retries -> new RetrySubscription(retries, decoder);
      case IntakeSettings.Source.MissedCalls it -> new MissedCallSubscription(it, settings.ring());
    };
  }

  /** Joins the group. */
  public void start() {
    snapshot.set(Snapshot.outside());
    thread.start();
  }

  /** Whether the group has told us our share of the partitions, which may be nothing. */
  public boolean joined() {
    return snapshot.get().joined();
  }

  /** How long ago the loop turned last; it turns at least every second, Kafka or not. */
  public Duration sinceTurn() {
    return Duration.ofNanos(System.nanoTime() - snapshot.get().turnedNanos());
  }

  /**
   * Begins to leave, and returns at once: once it is its {@link Departure}, stops taking, lets what
   * is in flight end for at most {@link #LEAVE_WAIT}, cuts the rest short, commits, leaves the
   * group.
   */
  public void leave() {
    stopping.countDown();
    current.get().ifPresent(Consumer::wakeup);
  }

  /** Leaves and waits until it has left; what did not end is read again by the next owner. */
  @Override
  public void close() {
    leave();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(CLOSE_BOUND);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration oldestUnsettled() {
    return snapshot
        .get()
        .oldest()
        .map(since -> Duration.between(since, clock.instant()))
        .filter(age -> !age.isNegative())
        .orElse(Duration.ZERO);
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Whatever ends this thread, it is not joined then, and counts as stuck before long. */
  private void run() {
    try {
      while (!isStopping()) {
        readUntilTrouble();
      }
    } finally {
      snapshot.set(Snapshot.outside());
    }
  }

  /**
   * Errors too cost the consumer and not its thread: what was open is read again. Where there is no
   * memory, the pause lets pushes end that hold some.
   */
  private void readUntilTrouble() {
    try {
      readWith(consumers.get());
    } catch (RuntimeException | Error e) {
      snapshot.set(Snapshot.outside());
      log.atError()
          .addKeyValue("cause", new PollFailure(e).innermost().toString())
          .addKeyValue("source", settings.source().word())
          .log("consumer failed, recreating it; if this repeats, see the cause");
      await(REMAKE_PAUSE);
    }
  }

  private void readWith(Consumer<byte[], byte[]> consumer) {
    current.set(Optional.of(consumer));
    try (KafkaClientWatch _ = meters.watch(consumer)) {
      read(consumer, leases.get());
    } finally {
      current.set(Optional.empty());
      consumer.close(CloseOptions.timeout(CLOSE_WAIT));
    }
  }

  private void read(Consumer<byte[], byte[]> consumer, Lease lease) {
    var owned = new OwnedPartitions(consumer, lease, settings.ring().max(), clock, meters);
    var polling =
        new IsolatingPoll(
            consumer, owned, blocked, subscription, skipping(owned), meters::removedUnread);
    try {
      subscription.subscribe(consumer, polling);
      var pace = new IdlePace(subscription.idleRest(), System::nanoTime);
      var departure = new Departure(stopping, System::nanoTime);
      while (!departure.isDue(owned::mustRejoin) && lease.renew()) {
        turn(consumer, owned, polling, lease, pace);
      }
      if (lease.expired()) {
        owned.markAllLost();
        snapshot.set(Snapshot.outside());
        log.atWarn()
            .addKeyValue("source", settings.source().word())
            .log("the process stood still for longer than its group waits; joining again");
      }
    } catch (WakeupException _) { // only leave() wakes us; here, where no poll was to be woken
    } finally {
      owned.releaseAll(LEAVE_WAIT, isStopping() ? cutShort : () -> {}, STORE_WAIT);
    }
  }

  private void turn(
      Consumer<byte[], byte[]> consumer,
      OwnedPartitions owned,
      IsolatingPoll polling,
      Lease lease,
      IdlePace pace) {
    permits.drain();
    polling.prepare();
    boolean full = handling.isFull();
    taking.beginWaiting(() -> full || permits.saturated());
    boolean crowded = full || permits.saturated();
    Duration rest = pace.rest();
    pauses.apply(consumer, owned, crowded || rest.isPositive());
    boolean waits = !rest.isPositive() && !consumer.paused().isEmpty();
    Duration longest = crowded ? POLL_WHEN_SATURATED : rest.isPositive() ? rest : POLL;
    ConsumerRecords<byte[], byte[]> records = polling.poll(gate.untilOpening(longest));
    if (lease.expired()) {
      return;
    }
    for (TopicPartition partition : records.partitions()) {
      taking.take(consumer, owned, partition, records.records(partition));
    }
    owned.commitIfDue(blocked.uncommittable());
    turned(owned);
    if (waits || !records.isEmpty() || permits.inFlight() > 0 || snapshot.get().span() > 0) {
      pace.busy();
    }
  }

  private Optional<IsolatingPoll.Skipped> skipping(OwnedPartitions owned) {
    return settings.skipUnreadable()
        ? Optional.of((partition, offset, detail) -> taking.skip(owned, partition, offset, detail))
        : Optional.empty();
  }

  private void turned(OwnedPartitions owned) {
    long span = owned.ledgers().values().stream().mapToLong(PartitionLedger::span).max().orElse(0);
    Optional<Instant> oldest =
        owned.ledgers().values().stream()
            .flatMap(ledger -> ledger.oldestUnsettled().stream())
            .min(Instant::compareTo);
    snapshot.set(
        new Snapshot(owned.joined(), owned.ledgers().size(), span, oldest, System.nanoTime()));
  }

  private void await(Duration pause) {
    try {
      boolean _ = stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      stopping.countDown();
    }
  }
}
