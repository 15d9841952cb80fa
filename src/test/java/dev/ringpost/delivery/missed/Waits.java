package dev.ringpost.delivery.missed;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A thread whose waits are over when the test says so. */
final class Waits implements Later {
  final Deque<Runnable> tasks = new ArrayDeque<>();
  final List<Duration> waited = new ArrayList<>();

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public void after(Duration wait, Runnable task) {
    waited.add(wait);
    tasks.add(task);
  }

  void pass() {
    tasks.remove().run();
  }
}
