package dev.ringpost.testing;

import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Outbox;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The outbox of tests: it keeps what is stored in memory, safely at once; what is abandoned never
 * completes, as with Kafka. Safe for many threads.
 */
public final class TestingOutbox implements Outbox {

  private final List<Decision> decisions = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);

  /** What everything that is stored from now on completes with. */
  public void answerWith(CompletableFuture<Void> answer) {
    this.answer = answer;
  }

  public List<Decision> decisions() {
    return List.copyOf(decisions);
  }

  @Override
  public CompletableFuture<Void> store(Decision decision) {
    decisions.add(decision);
    return switch (decision.disposition()) {
      case Disposition.Final _, Disposition.Retry _, Disposition.DeadLetter _ -> answer;
      case Disposition.Abandoned() -> new CompletableFuture<>();
    };
  }
}
