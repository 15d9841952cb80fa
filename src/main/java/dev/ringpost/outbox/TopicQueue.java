package dev.ringpost.outbox;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The records of one output that are not stored, and which of them is sent next. Safe for many
 * threads; one of them sends.
 */
final class TopicQueue {

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

  /**
   * The consequence of a failed try.
   *
   * @param hopeless whether the record is given up
   * @param tell whether the trouble is to be logged
   * @param waiting how many records are not stored
   */
  record Failed(boolean hopeless, boolean tell, int waiting) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Everything that is not stored, oldest first. */
  @GuardedBy("lock")
  private final SequencedSet<Outgoing> open = new LinkedHashSet<>();

  /** What is to be sent; whatever else is open is with the producer. */
  @GuardedBy("lock")
  private final Lanes waiting = new Lanes(MAX_FLYING_BYTES);

  @GuardedBy("lock")
  private final OutputHealth health;

  @GuardedBy("lock")
  private boolean finishing;

  /** Whether the thread waits for a record and must be woken for it. */
  @GuardedBy("lock")
  private boolean idle;

  TopicQueue(OutputHealth health) {
    this.health = health;
  }

  /** Accepts a record, at once; none after {@link #finish}. */
  void add(Outgoing outgoing) {
    lock.lock();
    try {
      if (!finishing) {
        open.add(outgoing);
        enqueue(outgoing);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many partitions the topic has. */
  void partitions(int count) {
    lock.lock();
    try {
      waiting.partitions(count);
    } finally {
      lock.unlock();
    }
  }

  /** How many records are not stored. */
  int size() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether Kafka refuses this output now: its oldest record waits too long. */
  Optional<RefusedOutput> refused(String topic, Instant now) {
    lock.lock();
    try {
      if (open.isEmpty()) {
        return Optional.empty();
      }
      Instant since = open.getFirst().since();
      return now.isBefore(since.plus(REFUSED_AFTER))
          ? Optional.empty()
          : Optional.of(new RefusedOutput(topic, since, health.troubleSince(since)));
    } finally {
      lock.unlock();
    }
  }

  /** Accepts nothing more; {@link #await} ends once everything is stored. */
  void finish() {
    lock.lock();
    try {
      finishing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a record may be sent; false once there will be none. */
  boolean await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      boolean gathered = false;
      while (!finishing || !open.isEmpty()) {
        long pauseNanos = health.pauseNanos();
        if (waiting.isEmpty() && !gathered) {
          gathered = changed.awaitNanos(GATHER.toNanos()) <= 0;
        } else if (!waiting.hasReady()) {
          idle = true;
          changed.await();
          idle = false;
        } else if (pauseNanos > 0) {
          changed.awaitNanos(pauseNanos);
        } else {
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Removes the next record that may be sent now; null if none may. */
  @Nullable Outgoing poll() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return health.pauseNanos() > 0 ? null : waiting.take();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A try succeeded.
   *
   * @param bytes the size of what was sent
   * @return whether to tell that trouble is over
   */
  boolean stored(Outgoing outgoing, int bytes) {
    lock.lock();
    try {
      landed(outgoing, bytes);
      open.remove(outgoing);
      health.taken();
      return open.isEmpty() && health.over();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A try failed: the record goes to the end of the queue, unless that is hopeless.
   *
   * @param bytes the size of what was sent
   */
  Failed failed(
      Outgoing outgoing, int bytes, SendTrouble trouble, Exception exception, Instant now) {
    lock.lock();
    try {
      landed(outgoing, bytes);
      boolean hopeless =
          switch (trouble) {
            case TOO_LARGE -> !outgoing.shrink();
            case IMPOSSIBLE -> true;
            case OUTAGE, PRODUCER_SPENT -> false;
          };
      boolean tell = health.failed(trouble, exception, now);
      if (hopeless) {
        open.remove(outgoing);
      } else {
        outgoing.tryAgain();
        enqueue(outgoing);
      }
      return new Failed(hopeless, tell, open.size());
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void enqueue(Outgoing outgoing) {
    waiting.add(outgoing);
    if (idle) {
      changed.signal();
    }
  }

  @GuardedBy("lock")
  private void landed(Outgoing outgoing, int bytes) {
    waiting.landed(outgoing, bytes);
    if (finishing || !waiting.isEmpty()) {
      changed.signal();
    }
  }
}
