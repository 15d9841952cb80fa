package dev.ringpost.outbox;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The records of one output that are to be sent, and how much of each partition is with the
 * producer: what a partition without a leader does not store must not hold up the others'. Not safe
 * for many threads: the queue's lock guards it.
 *
 * <p>By which partition a record goes is reckoned as Kafka's client does it. Another partitioner
 * makes other lanes of it, which then bound something else, and nothing worse.
 */
final class Lanes {

  /** What each partition may have with the producer at least, in bytes, however many there are. */
  static final int LEAST_BYTES = 64 * 1024;

  /** That of records without a key, and of all as long as the number of partitions is unknown. */
  private static final int ANY = -1;

  private static final class Lane {

    private final int number;
    private final Deque<Outgoing> held = new ArrayDeque<>();
    private long flyingBytes;

    private Lane(int number) {
      this.number = number;
    }
  }

  private final int maxBytes;
  private final Map<Integer, Lane> lanes = new HashMap<>();

  /** Next first; of which lane each is, is not asked before. */
  private final Deque<Outgoing> arrived = new ArrayDeque<>();

  /** Those that have something which could not be sent when it was its turn. */
  private final SequencedSet<Lane> holding = new LinkedHashSet<>();

  private int partitions;
  private long flyingBytes;

  /**
   * @param maxBytes bound on what the producer holds of all lanes, or one record, if that is larger
   */
  Lanes(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** How many partitions the topic has; before that is known, all records have one lane. */
  void partitions(int count) {
    partitions = count;
  }

  void add(Outgoing outgoing) {
    arrived.add(outgoing);
  }

  /** Whether nothing is to be sent, now or later. */
  boolean isEmpty() {
    return arrived.isEmpty() && holding.isEmpty();
  }

  /** Whether something may be sent now. */
  boolean hasReady() {
    return readyLane() != null;
  }

  /**
   * Removes what is to be sent next, which is with the producer from now on; null if nothing is.
   */
  @Nullable Outgoing take() {
    Lane lane = readyLane();
    if (lane == null) {
      return null;
    }
    Outgoing next = lane.held.isEmpty() ? arrived.remove() : lane.held.remove();
    if (lane.held.isEmpty()) {
      holding.remove(lane);
    }
    next.flies(lane.number);
    lane.flyingBytes += next.bytes();
    flyingBytes += next.bytes();
    return next;
  }

  /** The producer does not hold a record any more. */
  void landed(Outgoing outgoing, int bytes) {
    lane(outgoing.lane()).flyingBytes -= bytes;
    flyingBytes -= bytes;
  }

  /** The lane whose next record may be sent: it is the first that it holds, or that has arrived. */
  private @Nullable Lane readyLane() {
    for (Lane lane : holding) {
      if (fits(lane, lane.held.element())) {
        return lane;
      }
    }
    while (!arrived.isEmpty()) {
      Outgoing next = arrived.element();
      Lane lane = lane(number(next));
      if (!fitsAmongAll(next)) {
        return null;
      }
      if (lane.held.isEmpty() && fits(lane, next)) {
        return lane;
      }
      lane.held.add(arrived.remove());
      holding.add(lane);
    }
    return null;
  }

  private boolean fits(Lane lane, Outgoing next) {
    boolean fitsHere = lane.flyingBytes == 0 || lane.flyingBytes + next.bytes() <= share(lane);
    return fitsHere && fitsAmongAll(next);
  }

  private boolean fitsAmongAll(Outgoing next) {
    return flyingBytes == 0 || flyingBytes + next.bytes() <= maxBytes;
  }

  private int share(Lane lane) {
    return lane.number == ANY ? maxBytes : Math.max(LEAST_BYTES, maxBytes / partitions);
  }

  private Lane lane(int number) {
    return lanes.computeIfAbsent(number, Lane::new);
  }

  private int number(Outgoing outgoing) {
    byte[] key = outgoing.key();
    return key == null || partitions == 0 ? ANY : Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
