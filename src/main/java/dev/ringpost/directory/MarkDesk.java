package dev.ringpost.directory;

import dev.ringpost.directory.snapshot.SnapshotHeader.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/**
 * The place where others ask a follower's thread for {@link Mark marks}, which it answers between
 * two turns. Safe for many threads.
 *
 * @param <V> the view
 */
final class MarkDesk<V> {

  /**
   * The state of a view's reading at a moment. The view goes on meanwhile; whoever copies it later
   * and applies the records from the positions on, in their order, gets what the topic has: a
   * record replaces what its key had, whether or not it has been applied before.
   *
   * @param positions the next offset of each partition, in their order
   * @param atEnd when the view was last known to have every committed record, in nanoseconds of the
   *     monotonic clock
   * @param <V> the view
   */
  record Mark<V>(V view, Uuid topicId, List<Position> positions, long atEnd) {}

  private final Queue<CompletableFuture<Optional<Mark<V>>>> asked = new ConcurrentLinkedQueue<>();

  /** How far the view came before the thread ended. */
  private volatile Optional<Mark<V>> last = Optional.empty();

  private volatile boolean closed;

  /** How far the view is; empty if it is not loaded, or nobody answers in time. */
  Optional<Mark<V>> ask(Duration wait) {
    var question = new CompletableFuture<Optional<Mark<V>>>();
    asked.add(question);
    if (closed) {
      return last;
    }
    return question
        .completeOnTimeout(Optional.empty(), wait.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  /** Answers all who have asked; by the follower's thread. */
  void answer(Supplier<Optional<Mark<V>>> mark) {
    CompletableFuture<Optional<Mark<V>>> question = asked.poll();
    if (question == null) {
      return;
    }
    Optional<Mark<V>> answer = mark.get();
    for (; question != null; question = asked.poll()) {
      question.complete(answer);
    }
  }

  /** From now on this is the answer: the thread ends. */
  void close(Optional<Mark<V>> mark) {
    last = mark;
    closed = true;
    answer(() -> mark);
  }
}
