package dev.ringpost.testing;

import dev.ringpost.call.DeviceId;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.delivery.Ring;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Rings nothing, remembers every order and answers as it is told. The guard of an order that is
 * answered at once is asked, as at the writing of a push, and what it refuses is not rung; who
 * answers later decides when a push would have been written. Safe for many threads.
 */
public final class TestingPushSender implements PushSender {

  private final List<Ring> rings = new CopyOnWriteArrayList<>();
  private volatile Function<Ring, CompletableFuture<PushReport>> answer;

  public TestingPushSender() {
    answerWith(ring -> Samples.accepted(ring.device()));
  }

  /** What becomes of every ring from now on whose guard allows it; before, all are accepted. */
  public final void answerWith(Function<Ring, PushReport> answer) {
    this.answer = ring -> CompletableFuture.completedFuture(guarded(ring, answer));
  }

  /** When every ring from now on gets its answer. */
  public void answerLater(Function<Ring, CompletableFuture<PushReport>> answer) {
    this.answer =
        ring -> {
          rings.add(ring);
          return answer.apply(ring);
        };
  }

  private PushReport guarded(Ring ring, Function<Ring, PushReport> answer) {
    return ring.guard()
        .refusal()
        .map(why -> Samples.unanswered(ring.device(), new PushOutcome.NotSent(why)))
        .orElseGet(
            () -> {
              rings.add(ring);
              return answer.apply(ring);
            });
  }

  public List<Ring> rings() {
    return List.copyOf(rings);
  }

  public List<DeviceId> rungDevices() {
    return rings.stream().map(ring -> ring.device().id()).toList();
  }

  @Override
  public CompletableFuture<PushReport> ring(Ring ring) {
    return answer.apply(ring);
  }
}
