package dev.ringpost.drills;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Tasks beside something else; closing waits for their end, and fails if one of them failed. */
final class AtOnce implements AutoCloseable {

  /** Something that may fail. */
  interface Task {
    void run() throws Exception;
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<Boolean>> begun = new ArrayList<>();

  void begin(Task task) {
    Callable<Boolean> callable =
        () -> {
          task.run();
          return true;
        };
    begun.add(threads.submit(callable));
  }

  @Override
  public void close() throws ExecutionException {
    try (threads) {
      for (Future<Boolean> each : begun) {
        boolean _ = each.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
