package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Envelope;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The records whose time has not come, kept in memory as far as there is room: each is begun at its
 * time, or a grace after its call is over, whatever stands before it. Their tickets are open, so
 * that nothing is committed past them, and have not begun, so that nobody waits for them when their
 * partition goes to another worker. The consumer's thread alone calls it, except for {@link
 * #count}.
 */
final class WaitingRecords {

  /** Bound on what is kept, in bytes of the records with their {@link #OVERHEAD}. */
  static final long MAX_BYTES = 16L * 1024 * 1024;

  /** What a record costs beside its bytes, in bytes: the call, the ticket and their objects. */
  static final int OVERHEAD = 2048;

  /**
   * Bound on what is kept of one partition. What settles between those that wait is known to the
   * next owner by the commit's note, which has room for so many gaps and as many again.
   */
  static final int MAX_OF_PARTITION = CommitMetadata.MAX_RUNS / 2;

  /** How often it is looked which calls are over, and whose time has come. */
  static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** How long a partition rests for which there is no room. */
  static final Duration ROOM_AGAIN = Duration.ofSeconds(1);

  /** A record that waits; each is itself only. */
  private static final class Waiting {

    private final TopicPartition partition;
    private final Envelope envelope;
    private final Supplier<Arrival> arrival;
    private final CallInvite call;
    private final Ticket ticket;
    private long beginAt;
    private boolean over;

    private Waiting(
        TopicPartition partition,
        Envelope envelope,
        Supplier<Arrival> arrival,
        CallInvite call,
        Ticket ticket,
        long beginAt) {
      this.partition = partition;
      this.envelope = envelope;
      this.arrival = arrival;
      this.call = call;
      this.ticket = ticket;
      this.beginAt = beginAt;
    }
  }

  private final InviteHandling handling;
  private final Duration grace;
  private final LongSupplier nanoTime;
  private final Set<Waiting> waiting = new LinkedHashSet<>();
  private final Map<TopicPartition, Integer> ofPartition = new HashMap<>();
  private long bytes;
  private volatile int count;
  private long lookAt;

  /** Whether one that need not wait any more found no place at the last look. */
  private boolean dueLeft;

  /**
   * @param grace how long after its call is over a record is begun
   * @param nanoTime a monotonic clock
   */
  WaitingRecords(InviteHandling handling, Duration grace, LongSupplier nanoTime) {
    this.handling = handling;
    this.grace = grace;
    this.nanoTime = nanoTime;
    this.lookAt = nanoTime.getAsLong();
  }

  /** How many are kept; for any thread. */
  int count() {
    return count;
  }

  /** Whether a record may be kept. */
  boolean hasRoom(TopicPartition partition, Envelope envelope) {
    return bytes + size(envelope) <= MAX_BYTES
        && ofPartition.getOrDefault(partition, 0) < MAX_OF_PARTITION;
  }

  /**
   * Keeps a record until its time has come; one that cannot be read is handled now.
   *
   * @param arrival reads it, once now and once when it is begun: what apps have in it is not kept
   */
  void keep(
      TopicPartition partition,
      Envelope envelope,
      Supplier<Arrival> arrival,
      Ticket ticket,
      Duration left) {
    Optional<CallInvite> call = call(arrival);
    if (call.isEmpty()) {
      handling.take(envelope, arrival, ticket);
      return;
    }
    long beginAt = nanoTime.getAsLong() + left.toNanos();
    bytes += size(envelope);
    ofPartition.merge(partition, 1, Integer::sum);
    waiting.add(new Waiting(partition, envelope, arrival, call.get(), ticket, beginAt));
    count = waiting.size();
  }

  /** Whatever a fault is, handling meets it again, and knows what to do. */
  private static Optional<CallInvite> call(Supplier<Arrival> arrival) {
    try {
      return arrival.get() instanceof Arrival.Invited(_, Attempt attempt)
          ? Optional.of(attempt.invite().withCustom(CustomFields.NONE))
          : Optional.empty();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError _) {
      return Optional.empty();
    }
  }

  /** Has those handled that need not wait any more, until places are short. */
  void begin(BooleanSupplier saturated) {
    long now = nanoTime.getAsLong();
    boolean goesOn = dueLeft && !saturated.getAsBoolean();
    if (waiting.isEmpty() || (now - lookAt < 0 && !goesOn)) {
      return;
    }
    lookAt = now + LOOK_EVERY.toNanos();
    dueLeft = false;
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting next = all.next();
      boolean isOurs = next.ticket.mayBegin();
      if (isOurs && !isDue(next, now)) {
        continue;
      }
      if (isOurs && saturated.getAsBoolean()) {
        dueLeft = true;
        continue;
      }
      all.remove();
      bytes -= size(next.envelope);
      ofPartition.computeIfPresent(next.partition, (_, count) -> count == 1 ? null : count - 1);
      if (isOurs) {
        handling.take(next.envelope, next.arrival, next.ticket);
      }
    }
    count = waiting.size();
  }

  private boolean isDue(Waiting record, long now) {
    if (!record.over && handling.isOver(record.call)) {
      record.over = true;
      long afterGrace = now + grace.toNanos();
      record.beginAt = afterGrace - record.beginAt < 0 ? afterGrace : record.beginAt;
    }
    return record.beginAt - now <= 0;
  }

  private static long size(Envelope envelope) {
    return envelope.bytes() + OVERHEAD;
  }
}
