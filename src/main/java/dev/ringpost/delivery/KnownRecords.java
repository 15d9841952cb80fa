package dev.ringpost.delivery;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * The records that this worker delivers or has delivered lately. Kafka hands a record out again
 * when its partition was lost and came back, when Kafka stood still, or when its log was cut; what
 * the worker knows of it does not go with the partition. Safe for many threads.
 */
final class KnownRecords {

  /**
   * Bound on what is remembered of records that were settled, in records or, where one rang several
   * devices, in devices: about 400 bytes each. At least half of it always is, so 200 calls a second
   * are remembered for more than a minute.
   */
  static final int MAX = 1 << 15;

  /**
   * The identity of a record. An unclean election gives an offset to another record, which has
   * another time and another content.
   *
   * @param second when it was appended, with {@code nano}; as numbers, for so many are kept
   * @param content a hash of who calls whom, and of the devices that a retry is for
   */
  private record Key(
      String topic, int partition, long offset, long second, int nano, int attempt, int content)
      implements Comparable<Key> {

    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::topic)
            .thenComparingInt(Key::partition)
            .thenComparingLong(Key::offset)
            .thenComparingLong(Key::second)
            .thenComparingInt(Key::nano)
            .thenComparingInt(Key::attempt)
            .thenComparingInt(Key::content);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }

    static Key of(Arrival arrival) {
      return switch (arrival) {
        case Arrival.Invited(Envelope envelope, Attempt attempt) ->
            of(
                envelope.origin(),
                attempt.number(),
                Objects.hash(
                    attempt.invite().callId(), attempt.invite().callee(), attempt.devices()));
        case Arrival.Malformed(Envelope envelope, Flaw flaw, var callId) ->
            of(envelope.origin(), 0, Objects.hash(flaw, callId));
      };
    }

    private static Key of(Origin origin, int attempt, int content) {
      Instant appended = origin.timestamp();
      return new Key(
          origin.topic(),
          origin.partition(),
          origin.offset(),
          appended.getEpochSecond(),
          appended.getNano(),
          attempt,
          content);
    }
  }

  /** The state of a record that was just read. */
  sealed interface Known {}

  /** The state of a record that is to be delivered now. */
  record Unsettled(Delivery delivery) implements Known {}

  /** The state of a record that is being delivered since an earlier reading. */
  record UnderWay(Delivery delivery) implements Known {}

  /**
   * The state of a record that was settled.
   *
   * @param result what its server was told; empty if a retry is to tell it
   */
  record Settled(Optional<Decision> result) implements Known {}

  /** One record on its way to its outcome. */
  static final class Delivery {

    private final Key key;
    private final CompletableFuture<Boolean> abandoned = new CompletableFuture<>();
    private final CompletableFuture<Void> stored = new CompletableFuture<>();
    private volatile Arrival.Claim claim;
    private boolean midway;
    private List<PushReport> answered = List.of();

    private Delivery(Key key, Arrival.Claim claim) {
      this.key = key;
      this.claim = claim;
    }

    /** That of the newest reading of the record. */
    Arrival.Claim claim() {
      return claim;
    }

    /** Whether the partition is ours, by the newest reading of the record. */
    boolean held() {
      return claim.held();
    }

    /** What an earlier delivery, which lost its partition midway, had learned of a device. */
    Optional<PushReport> answered(Device device) {
      return answered.isEmpty()
          ? Optional.empty()
          : answered.stream().filter(push -> push.device().equals(device)).findFirst();
    }

    /** Whether an earlier delivery lost its partition midway: it had passed every limit. */
    boolean goesOn() {
      return midway;
    }

    /** Whether an earlier delivery had learned anything. */
    boolean resumed() {
      return !answered.isEmpty();
    }

    /** Completes when it is decided, with whether it must begin again. */
    CompletableFuture<Boolean> abandoned() {
      return abandoned;
    }

    /** Completes when what was decided is stored, unless it is abandoned. */
    CompletableFuture<Void> stored() {
      return stored;
    }
  }

  /**
   * The end of a record; without the record itself, which whoever asks has read again, and in few
   * objects, for each call leaves one behind.
   */
  private sealed interface Ended {

    /** The end of which its server was told. */
    record Told(Verdict verdict, PackedReport report) implements Ended {}

    /** An end of which a retry tells. */
    record Retried() implements Ended {}

    /** The end of a delivery whose partition was lost before all its devices had an answer. */
    record Midway(PackedReport report) implements Ended {}

    static Ended of(Decision decision) {
      return switch (decision.disposition()) {
        case Disposition.Final(Verdict verdict) -> told(decision, verdict);
        case Disposition.DeadLetter dead -> told(decision, dead.verdict());
        case Disposition.Retry _ -> new Retried();
        case Disposition.Abandoned() ->
            new Midway(PackedReport.of(decision.report(), decision.decidedAt()));
      };
    }

    private static Ended told(Decision decision, Verdict verdict) {
      return new Told(verdict, PackedReport.of(decision.report(), decision.decidedAt()));
    }
  }

  private final ConcurrentMap<Key, Delivery> underWay = new ConcurrentHashMap<>();
  private final ExpiringMap<Key, Ended> ended;

  /**
   * @param memory how long a record is remembered once it is settled, unless there are too many
   */
  KnownRecords(Duration memory, LongSupplier nanoTime) {
    this.ended = new ExpiringMap<>(MAX, memory, nanoTime, ExpiringMap.Early.untold());
  }

  /**
   * What is known of a record. One that is unsettled is under way from now on, until {@link
   * #decided} or {@link #drop}.
   *
   * @param claim to it, by this reading
   */
  Known read(Arrival arrival, Arrival.Claim claim) {
    Key key = Key.of(arrival);
    var own = new Delivery(key, claim);
    Delivery other = underWay.putIfAbsent(key, own);
    if (other != null) {
      other.claim = claim;
      return new UnderWay(other);
    }
    // Asked now and not before, for a delivery that ends is remembered first and then under way no
    // more.
    return switch (ended.get(key)) {
      case null -> new Unsettled(own);
      case Ended.Midway(PackedReport report) -> {
        own.midway = true;
        own.answered = answered(report.report());
        yield new Unsettled(own);
      }
      case Ended.Retried() -> {
        drop(own);
        yield new Settled(Optional.empty());
      }
      case Ended.Told told -> {
        drop(own);
        yield new Settled(Optional.of(again(arrival, told)));
      }
    };
  }

  /**
   * Takes note of what was decided. Until it is stored, no more is kept of it than afterwards, for
   * tens of thousands may wait.
   *
   * @param stored completes when it is stored; never, if it is abandoned
   */
  void decided(Delivery delivery, Decision decision, CompletableFuture<Void> stored) {
    if (decision.disposition() instanceof Disposition.Abandoned) {
      ended.put(delivery.key, Ended.of(decision), room(decision));
      drop(delivery);
      return;
    }
    delivery.abandoned.complete(false);
    Ended end = Ended.of(decision);
    int room = room(decision);
    var _ =
        stored.whenComplete(
            (_, fault) -> {
              if (fault == null) {
                ended.put(delivery.key, end, room);
                underWay.remove(delivery.key, delivery);
                delivery.stored.complete(null);
              } else {
                underWay.remove(delivery.key, delivery);
                delivery.stored.completeExceptionally(fault);
              }
            });
  }

  /** Gives a delivery up; whoever reads its record again, or has done so already, delivers it. */
  void drop(Delivery delivery) {
    underWay.remove(delivery.key, delivery);
    delivery.abandoned.complete(true);
  }

  private static int room(Decision decision) {
    return Math.max(1, decision.report().pushes().size());
  }

  private static Decision again(Arrival arrival, Ended.Told told) {
    return new Decision(
        arrival,
        told.report().report(),
        new Disposition.Final(told.verdict()),
        told.report().decidedAt());
  }

  private static List<PushReport> answered(DeliveryReport report) {
    return report.pushes().stream()
        .filter(
            push -> !push.outcome().equals(new PushOutcome.NotSent(PushOutcome.NotSentReason.LOST)))
        .toList();
  }
}
