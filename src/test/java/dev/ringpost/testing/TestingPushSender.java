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
 * Rings nothing, remembers every order and answers as it is told; what the order's guard refuses is
 * not rung, as with APNs. Safe for many threads.
 */
public final class TestingPushSender implements PushSender {

  private final List<Ring> rings = new CopyOnWriteArrayList<>();
  private volatile Function<Ring, CompletableFuture<PushReport>> answer =
      ring -> CompletableFuture.completedFuture(Samples.accepted(ring.device()));

  /** What becomes of every ring from now on; before, all are accepted. */
  public void answerWith(Function<Ring, PushReport> answer) {
    this.answer = ring -> CompletableFuture.completedFuture(answer.apply(ring));
  }

  /** When every ring from now on gets its answer. */
  public void answerLater(Function<Ring, CompletableFuture<PushReport>> answer) {
    this.answer = answer;
  }

  private static CompletableFuture<PushReport> completed(PushReport report) {
    return CompletableFuture.completedFuture(report);
  }

  public List<Ring> rings() {
    return List.copyOf(rings);
  }

  public List<DeviceId> rungDevices() {
    return rings.stream().map(ring -> ring.device().id()).toList();
  }

  @Override
  public CompletableFuture<PushReport> ring(Ring ring) {
    return ring.guard()
        .refusal()
        .map(why -> completed(Samples.unanswered(ring.device(), new PushOutcome.NotSent(why))))
        .orElseGet(
            () -> {
              rings.add(ring);
              return answer.apply(ring);
            });
  }
}
