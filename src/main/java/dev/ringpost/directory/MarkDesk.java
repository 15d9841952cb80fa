package dev.ringpost.directory;

import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The place where others ask a follower's thread for {@link Mark marks}, which it answers between
 * two turns. Safe for many threads.
 *
 * @param <V> the view
 */
final class MarkDesk<V> {

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
