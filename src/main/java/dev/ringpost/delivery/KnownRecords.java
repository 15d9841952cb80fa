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
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The records that this worker delivers or has delivered lately. Kafka hands a record out again
 * when its partition was lost and came back, when Kafka stood still, or when its log was cut; what
 * the worker knows of it does not go with the partition. Safe for many threads.
 */
final class KnownRecords {

  /**
   * Bound on what is remembered of records that were settled, in records or, where one rang several
   * devices, in devices: about 700 bytes each. At least half of it always is, so 200 calls a second
   * are remembered for more than a minute.
   */
  static final int MAX = 1 << 15;

  /**
   * The identity of a record. An unclean election gives an offset to another record, which has
   * another time and another content.
   *
   * @param content a hash of who calls whom, and of the devices that a retry is for
   */
  private record Key(Origin origin, int attempt, int content) implements Comparable<Key> {

    private static final Comparator<Key> ORDER =
        Comparator.comparing((Key key) -> key.origin().topic())
            .thenComparingInt(key -> key.origin().partition())
            .thenComparingLong(key -> key.origin().offset())
            .thenComparing(key -> key.origin().timestamp())
            .thenComparingInt(Key::attempt)
            .thenComparingInt(Key::content);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }

    static Key of(Arrival arrival) {
      return switch (arrival) {
        case Arrival.Invited(Envelope envelope, Attempt attempt) ->
            new Key(
                envelope.origin(),
                attempt.number(),
                Objects.hash(
                    attempt.invite().callId(), attempt.invite().callee(), attempt.devices()));
        case Arrival.Malformed(Envelope envelope, Flaw flaw, var callId) ->
            new Key(envelope.origin(), 0, Objects.hash(flaw, callId));
      };
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
    private volatile BooleanSupplier held;
    private List<PushReport> answered = List.of();

    private Delivery(Key key, BooleanSupplier held) {
      this.key = key;
      this.held = held;
    }

    /** Whether the partition is ours, by the newest reading of the record. */
    boolean held() {
      return held.getAsBoolean();
    }

    /** What an earlier delivery, which lost its partition midway, had learned of a device. */
    Optional<PushReport> answered(Device device) {
      return answered.stream().filter(push -> push.device().equals(device)).findFirst();
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
   * The end of a record; without the record itself, which whoever asks has read again.
   *
   * @param midway whether its partition was lost before all its devices had an answer
   */
  private record Ended(
      Optional<Verdict> told, DeliveryReport report, Instant decidedAt, boolean midway) {

    static Ended of(Decision decision) {
      return switch (decision.disposition()) {
        case Disposition.Final(Verdict verdict) -> told(decision, verdict);
        case Disposition.DeadLetter dead -> told(decision, dead.verdict());
        case Disposition.Retry _ ->
            new Ended(Optional.empty(), DeliveryReport.nothing(), decision.decidedAt(), false);
        case Disposition.Abandoned() ->
            new Ended(Optional.empty(), decision.report(), decision.decidedAt(), true);
      };
    }

    private static Ended told(Decision decision, Verdict verdict) {
      return new Ended(Optional.of(verdict), decision.report(), decision.decidedAt(), false);
    }
  }

  private final ConcurrentMap<Key, Delivery> underWay = new ConcurrentHashMap<>();
  private final ExpiringMap<Key, Ended> ended;

  /**
   * @param memory how long a record is remembered once it is settled, unless there are too many
   */
  KnownRecords(Duration memory, LongSupplier nanoTime) {
    this.ended = new ExpiringMap<>(MAX, memory, nanoTime, _ -> {});
  }

  /**
   * What is known of a record. One that is unsettled is under way from now on, until {@link
   * #decided} or {@link #drop}.
   *
   * @param held whether its partition is ours, by this reading
   */
  Known read(Arrival arrival, BooleanSupplier held) {
    Key key = Key.of(arrival);
    var own = new Delivery(key, held);
    Delivery other = underWay.putIfAbsent(key, own);
    if (other != null) {
      other.held = held;
      return new UnderWay(other);
    }
    // Asked now and not before, for a delivery that ends is remembered first and then under way no
    // more.
    Ended end = ended.get(key);
    if (end == null) {
      return new Unsettled(own);
    }
    if (end.midway()) {
      own.answered = answered(end.report());
      return new Unsettled(own);
    }
    drop(own);
    return new Settled(end.told().map(verdict -> again(arrival, verdict, end)));
  }

  /**
   * Takes note of what was decided.
   *
   * @param stored completes when it is stored; never, if it is abandoned
   */
  void decided(Delivery delivery, Decision decision, CompletableFuture<Void> stored) {
    if (decision.disposition() instanceof Disposition.Abandoned) {
      remember(delivery, decision);
      drop(delivery);
      return;
    }
    delivery.abandoned.complete(false);
    var _ =
        stored.whenComplete(
            (_, fault) -> {
              if (fault == null) {
                remember(delivery, decision);
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

  private void remember(Delivery delivery, Decision decision) {
    Ended end = Ended.of(decision);
    ended.put(delivery.key, end, Math.max(1, end.report().pushes().size()));
  }

  private static Decision again(Arrival arrival, Verdict verdict, Ended end) {
    return new Decision(arrival, end.report(), new Disposition.Final(verdict), end.decidedAt());
  }

  private static List<PushReport> answered(DeliveryReport report) {
    return report.pushes().stream()
        .filter(
            push -> !push.outcome().equals(new PushOutcome.NotSent(PushOutcome.NotSentReason.LOST)))
        .toList();
  }
}
