package dev.ringpost.testing;

import dev.ringpost.call.DeviceId;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Why;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.delivery.Ring;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rings nothing, remembers every order and answers as it is told, within what a sender promises: a
 * ring whose guard refuses or whose deadline has passed is not sent, and each has its one report in
 * time. Safe for many threads.
 */
public final class TestingPushSender implements PushSender {

  private record Order(Ring ring, CompletableFuture<PushReport> report) {}

  private final InstantSource clock;
  private final Duration attemptMax;
  private final List<Order> orders = new CopyOnWriteArrayList<>();
  private volatile Function<Ring, CompletableFuture<PushReport>> answer =
      ring -> CompletableFuture.completedFuture(Samples.accepted(ring.device()));

  /**
   * @param clock the wall clock, for deadlines
   * @param attemptMax after which a ring without an answer ends
   */
  public TestingPushSender(InstantSource clock, Duration attemptMax) {
    this.clock = clock;
    this.attemptMax = attemptMax;
  }

  /** What becomes of every ring from now on; before, all are accepted. */
  public void answerWith(Function<Ring, PushReport> answer) {
    this.answer = ring -> CompletableFuture.completedFuture(answer.apply(ring));
  }

  /** When every ring from now on gets its answer. */
  public void answerLater(Function<Ring, CompletableFuture<PushReport>> answer) {
    this.answer = answer;
  }

  public List<Ring> rings() {
    return orders.stream().map(Order::ring).toList();
  }

  public List<DeviceId> rungDevices() {
    return orders.stream().map(Order::ring).map(ring -> ring.device().id()).toList();
  }

  /** Ends every ring now, answered or not. */
  public void cutShort() {
    orders.forEach(
        order -> order.report().complete(unanswered(order.ring(), new TryAgain(Cause.LEAVING))));
  }

  @Override
  public CompletableFuture<PushReport> ring(Ring ring) {
    Optional<Why> refusal =
        ring.attempt().invite().deadline().passedAt(clock.instant())
            ? Optional.of(Why.LATE)
            : ring.guard().refusal();
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(
          unanswered(ring, new NotSent(refusal.orElseThrow())));
    }
    CompletableFuture<PushReport> report = new CompletableFuture<>();
    orders.add(new Order(ring, report));
    var _ =
        answer
            .apply(ring)
            .whenComplete((answered, failure) -> report.complete(checked(ring, answered, failure)));
    return report.completeOnTimeout(
        unanswered(ring, new TryAgain(Cause.NO_ANSWER)),
        attemptMax.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private static PushReport checked(
      Ring ring, @Nullable PushReport answered, @Nullable Throwable failure) {
    return failure == null && answered != null && answered.device().equals(ring.device())
        ? answered
        : unanswered(ring, new TryAgain(Cause.CONNECTION));
  }

  private static PushReport unanswered(Ring ring, PushOutcome outcome) {
    return Samples.unanswered(ring.device(), outcome);
  }
}
