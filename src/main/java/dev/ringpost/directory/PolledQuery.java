package dev.ringpost.directory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question to the cluster that is asked again and again, one at a time, without ever waiting for
 * the answer. Belongs to one thread.
 *
 * @param <A> the answer
 */
final class PolledQuery<A> {

  /**
   * An answer, or why there is none.
   *
   * @param askedAt when it was asked, in nanoseconds of the monotonic clock: the answer is at least
   *     as new as this
   * @param outcome done
   */
  record Reply<A>(long askedAt, CompletableFuture<A> outcome) {}

  private final Duration every;
  private @Nullable CompletableFuture<A> pending;
  private long askedAt;
  private long dueAt;

  /**
   * A question that is due at once.
   *
   * @param every time from asking to asking again
   */
  PolledQuery(Duration every, long nanoTime) {
    this.every = every;
    this.dueAt = nanoTime;
  }

  /** The answer that has come since the last call; asks if it is time. */
  Optional<Reply<A>> turn(long nanoTime, Supplier<CompletionStage<A>> ask) {
    CompletableFuture<A> asked = pending;
    if (asked == null) {
      if (nanoTime - dueAt >= 0) {
        askedAt = nanoTime;
        pending = ask.get().toCompletableFuture();
      }
      return Optional.empty();
    }
    if (!asked.isDone()) {
      return Optional.empty();
    }
    pending = null;
    dueAt = askedAt + every.toNanos();
    return Optional.of(new Reply<>(askedAt, asked));
  }

  /** Asks sooner than usual, but for this wait. */
  void againAfter(Duration wait, long nanoTime) {
    dueAt = nanoTime + wait.toNanos();
  }
}
