package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.missed.MissedCallSettings;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.RingSettings;
import dev.ringpost.intake.waiting.CatchUp;
import dev.ringpost.intake.waiting.DelayGate;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer's loop without its thread, for a simulation: the worker's own partitions, ledgers,
 * commits, lease, places, gate and waiting records, turned by hand, over a simulated client. What
 * its turn does beside them is what {@link InviteConsumer} does, but for pausing and for the way
 * around records that cannot be read.
 */
public final class SimulatedIntake {

  /** How long a call can ring. */
  public static final Duration RING_MAX = Duration.ofMinutes(2);

  /** After how long without a sign of life the group takes partitions away. */
  public static final Duration SESSION = Duration.ofSeconds(6);

  private static final IntakeMeters METERS =
      new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "simulated");
  private static final RingSettings RING =
      new RingSettings(Duration.ofSeconds(30), RING_MAX, "call");
  private static final int PLACES = 6;
  private static final int SPAN = 40;
  private static final int RECORDS_OF_A_POLL = 4;

  /** The topics that a consumer reads. */
  public enum Source {
    INVITES,
    RETRIES,
    MISSED_CALLS
  }

  /** The machine and the brokers, as one consumer sees them. */
  public interface Surroundings {

    /** Whether no broker answers. */
    boolean isAway();

    /** Whether the broker of the group leaves the next question unanswered, once. */
    boolean isSilentOnce();

    /** What stands on a partition from an offset on, at most so many. */
    List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition, long from, int max);

    /** The offset behind the last record. */
    long end(TopicPartition partition);

    /** What the group has committed. */
    Optional<OffsetAndMetadata> committed(TopicPartition partition);

    /** Commits; false if the group does not let this member. */
    boolean commit(Map<TopicPartition, OffsetAndMetadata> offsets);

    /** The monotonic clock. */
    long nanoTime();

    /** The machine's wall clock. */
    InstantSource clock();

    /** Lets time pass for everybody else. */
    void rest(long nanos);
  }

  /** The handler of the records. */
  public interface Handler {

    /**
     * Handles an arrival that stands at a place.
     *
     * @param assignedAt since when its partition is this consumer's, by the monotonic clock
     */
    CompletableFuture<Void> handle(
        TopicPartition partition,
        long offset,
        long assignedAt,
        Arrival arrival,
        Arrival.Claim claim,
        Runnable decided);

    /** Whether a call is over for everybody. */
    default boolean isOver(CallInvite call) {
      return false;
    }

    /** How far signals are behind. */
    default Duration signalsBehind() {
      return Duration.ZERO;
    }
  }

  /** The way of what was just read to its handler. */
  private final class Handling implements ArrivalHandler {

    private final Handler handler;

    private Handling(Handler handler) {
      this.handler = handler;
    }

    @Override
    public CompletableFuture<Void> handle(Arrival arrival, Arrival.Claim claim, Runnable decided) {
      TopicPartition partition = subscription.partition();
      long since = assignedAt.getOrDefault(partition, 0L);
      return handler.handle(partition, subscription.offset(), since, arrival, claim, decided);
    }

    @Override
    public boolean isOver(CallInvite call) {
      return handler.isOver(call);
    }

    @Override
    public Duration signalsBehind() {
      return handler.signalsBehind();
    }
  }

  private final Surroundings around;
  private final Runnable cutShort;
  private final DelayGate gate;
  private final InFlightPermits permits = new InFlightPermits(PLACES);
  private final PlacedSubscription subscription;
  private final RecordIntake taking;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Map<TopicPartition, Long> assignedAt = new HashMap<>();
  private final SimulatedClient client;
  private Lease lease;
  private long renewedAt;
  private OwnedPartitions owned;

  /**
   * @param ladder that of the retry topics
   */
  public SimulatedIntake(
      Surroundings around,
      Source source,
      List<Duration> ladder,
      Handler handler,
      Runnable cutShort) {
    this.around = around;
    this.cutShort = cutShort;
    this.gate = new DelayGate(around::nanoTime);
    this.subscription = new PlacedSubscription(subscription(source, ladder));
    var handling = new InviteHandling(new Handling(handler), permits, METERS);
    this.taking =
        new RecordIntake(
            subscription,
            handling,
            gate,
            subscription.early().map(it -> new WaitingRecords(handling, it, around::nanoTime)),
            new CatchUp(around::nanoTime),
            around.clock(),
            METERS);
    this.client = new SimulatedClient(around, positions);
    this.lease = lease();
    this.owned = owned();
  }

  private static Subscription subscription(Source source, List<Duration> ladder) {
    var decoder = new InviteDecoder(RING, new InviteOddities(METERS));
    return switch (source) {
      case INVITES -> new FreshSubscription("call-invites", decoder);
      case RETRIES ->
          new RetrySubscription(
              new IntakeSettings.Source.Retries("call-invites.retry-", ladder), decoder);
      case MISSED_CALLS ->
          new MissedCallSubscription(
              new IntakeSettings.Source.MissedCalls(
                  "call-invites.missed",
                  RING_MAX.plus(MissedCallSettings.GRACE),
                  MissedCallSettings.GRACE),
              RING);
    };
  }

  private Lease lease() {
    return new Lease(SESSION, around::nanoTime);
  }

  private OwnedPartitions owned() {
    return new OwnedPartitions(
        client, lease, RING_MAX, around.clock(), METERS, around::nanoTime, around::rest);
  }

  /** The group gives partitions. */
  public void assign(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> assignedAt.put(partition, around.nanoTime()));
    owned.onPartitionsAssigned(partitions);
  }

  /** The group takes partitions back in good order. */
  public void revoke(Collection<TopicPartition> partitions) {
    owned.onPartitionsRevoked(partitions);
    forget(partitions);
  }

  /** The group has given partitions to others already. */
  public void lose(Collection<TopicPartition> partitions) {
    owned.onPartitionsLost(partitions);
    forget(partitions);
  }

  private void forget(Collection<TopicPartition> partitions) {
    positions.keySet().removeAll(partitions);
    assignedAt.keySet().removeAll(partitions);
  }

  /** Begins a turn; false if the process has stood still for too long, and must join anew. */
  public boolean begin() {
    renewedAt = around.nanoTime();
    return lease.renew();
  }

  /** Whether it may ring what stands on a partition, as far as it can know. */
  public boolean mayRing(TopicPartition partition) {
    return assignedAt.containsKey(partition) && around.nanoTime() - renewedAt <= SESSION.toNanos();
  }

  /** Gives up all that it had and begins anew, as after a lease that ran out. */
  public void beginAnew() {
    owned.markAllLost();
    owned.releaseAll(InviteConsumer.LEAVE_WAIT, () -> {}, InviteConsumer.STORE_WAIT);
    forget(Set.copyOf(assignedAt.keySet()));
    lease = lease();
    owned = owned();
  }

  /** Leaves in good order, as on SIGTERM. */
  public void leave() {
    owned.releaseAll(InviteConsumer.LEAVE_WAIT, cutShort, InviteConsumer.STORE_WAIT);
  }

  /** The rest of a turn: reads and commits. */
  public void turn() {
    permits.drain();
    taking.beginWaiting(permits::saturated);
    owned.reached(partition -> !positions.containsKey(partition));
    gate.keep(assignedAt.keySet());
    if (!around.isAway() && !permits.saturated()) {
      for (TopicPartition partition : inOrder()) {
        if (stands(partition) && !gate.isShut(partition) && !isFull(partition)) {
          poll(partition);
        }
      }
    }
    if (!lease.expired()) {
      owned.commitIfDue(Set.of());
    }
  }

  private Collection<TopicPartition> inOrder() {
    var ordered =
        new TreeSet<TopicPartition>((one, other) -> one.toString().compareTo(other.toString()));
    ordered.addAll(assignedAt.keySet());
    return ordered;
  }

  /** Whether it stands somewhere; if not, it goes to what is committed, or to where calls begin. */
  private boolean stands(TopicPartition partition) {
    if (!positions.containsKey(partition)) {
      around
          .committed(partition)
          .ifPresentOrElse(
              before -> positions.put(partition, before.offset()),
              () -> owned.initialize(Set.of(partition)));
    }
    return positions.containsKey(partition);
  }

  private boolean isFull(TopicPartition partition) {
    PartitionLedger ledger = owned.ledgers().get(partition);
    return ledger != null && ledger.span() >= SPAN;
  }

  private void poll(TopicPartition partition) {
    List<ConsumerRecord<byte[], byte[]>> records =
        around.records(partition, client.position(partition), RECORDS_OF_A_POLL);
    if (records.isEmpty()) {
      return;
    }
    positions.put(partition, records.getLast().offset() + 1);
    taking.take(client, owned, partition, records);
  }

  /** The offsets behind a commit's own that it says are settled. */
  public static boolean notes(OffsetAndMetadata commit, long offset) {
    return CommitMetadata.decode(commit.offset(), commit.metadata())
        .map(note -> note.settled().contains(offset))
        .orElse(false);
  }
}
