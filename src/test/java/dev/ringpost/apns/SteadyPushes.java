package dev.ringpost.apns;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A sender of pushes without a pause, some at once, until it is stopped. */
final class SteadyPushes implements AutoCloseable {

  private static final int RINGING_AT_ONCE = 40;

  private final Semaphore places = new Semaphore(RINGING_AT_ONCE);
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final AtomicInteger done = new AtomicInteger();
  private final Queue<PushOutcome> failures = new ConcurrentLinkedQueue<>();
  private final Thread thread;

  SteadyPushes(SenderFixture fixture, CallInvite invite) {
    thread = Thread.ofPlatform().start(() -> run(fixture, invite));
  }

  private void run(SenderFixture fixture, CallInvite invite) {
    for (int i = 0; running.get(); i++) {
      places.acquireUninterruptibly();
      var _ =
          fixture
              .push(Calls.push(invite, Calls.device(Calls.token(i))))
              .thenAccept(
                  report -> {
                    if (!(report.outcome() instanceof Accepted)) {
                      failures.add(report.outcome());
                    }
                    done.incrementAndGet();
                    places.release();
                  });
    }
    places.acquireUninterruptibly(RINGING_AT_ONCE);
  }

  int done() {
    return done.get();
  }

  List<PushOutcome> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    stop();
  }

  /** Rings no more, and waits until nothing rings. */
  void stop() {
    running.set(false);
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
