package dev.ringpost.testing;

import dev.ringpost.call.DeviceId;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.PushSender;
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
 * The push sender of tests: it rings nothing, remembers every order and answers as it is told,
 * within what a sender promises: a ring whose guard refuses or whose deadline has passed is not
 * sent, and each has its one report in time. Safe for many threads.
 */
public final class TestingPushSender implements PushSender {

  private record Order(PushRequest request, CompletableFuture<PushReport> report) {}

  private final InstantSource clock;
  private final Duration attemptMax;
  private final List<Order> orders = new CopyOnWriteArrayList<>();
  private volatile Function<PushRequest, CompletableFuture<PushReport>> answer =
      request -> CompletableFuture.completedFuture(Samples.accepted(request.device()));

  /**
   * @param clock the wall clock, for deadlines
   * @param attemptMax after which a ring without an answer ends
   */
  public TestingPushSender(InstantSource clock, Duration attemptMax) {
    this.clock = clock;
    this.attemptMax = attemptMax;
  }

  /** What becomes of every ring from now on; before, all are accepted. */
  public void answerWith(Function<PushRequest, PushReport> answer) {
    this.answer = request -> CompletableFuture.completedFuture(answer.apply(request));
  }

  /** When every ring from now on gets its answer. */
  public void answerLater(Function<PushRequest, CompletableFuture<PushReport>> answer) {
    this.answer = answer;
  }

  public List<PushRequest> pushes() {
    return orders.stream().map(Order::request).toList();
  }

  public List<DeviceId> pushedDevices() {
    return orders.stream().map(Order::request).map(request -> request.device().id()).toList();
  }

  /** Ends every ring now, answered or not. */
  public void cutShort() {
    orders.forEach(
        order ->
            order
                .report()
                .complete(unanswered(order.request(), new TryAgain(RetryReason.LEAVING))));
  }

  @Override
  public CompletableFuture<PushReport> push(PushRequest request) {
    Optional<NotSentReason> refusal =
        request.attempt().invite().deadline().passedAt(clock.instant())
            ? Optional.of(NotSentReason.LATE)
            : request.guard().refusal();
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(
          unanswered(request, new NotSent(refusal.orElseThrow())));
    }
    CompletableFuture<PushReport> report = new CompletableFuture<>();
    orders.add(new Order(request, report));
    var _ =
        answer
            .apply(request)
            .whenComplete(
                (answered, failure) -> report.complete(checked(request, answered, failure)));
    return report.completeOnTimeout(
        unanswered(request, new TryAgain(RetryReason.NO_ANSWER)),
        attemptMax.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private static PushReport checked(
      PushRequest request, @Nullable PushReport answered, @Nullable Throwable failure) {
    return failure == null && answered != null && answered.device().equals(request.device())
        ? Samples.orderedAt(request.orderedAt(), answered)
        : unanswered(request, new TryAgain(RetryReason.CONNECTION));
  }

  private static PushReport unanswered(PushRequest request, PushOutcome outcome) {
    return Samples.unanswered(request.device(), outcome);
  }
}
