package dev.ringpost.interleavings;

import java.util.ArrayList;
import java.util.List;

/**
 * A short scene on a fresh thing that threads share. It is played once for each schedule, in one
 * JVM; it must do the same each time but for the order of its threads, so it has no clock and no
 * chance of its own. An error that leaves it, or one of its threads, is a finding.
 */
public interface Scenario {

  /** Plays it once and asserts what must be so whatever the order was. */
  void play() throws Exception;

  /** Runs each part on a thread of its own, and returns when all have ended. */
  static void together(Runnable... parts) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (Runnable part : parts) {
      threads.add(Thread.ofPlatform().start(part));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /**
   * Asserts without a library: each of its locks would be one more place to switch threads.
   *
   * @throws AssertionError if it is not so
   */
  static void promise(boolean kept, String words) {
    if (!kept) {
      throw new AssertionError(words);
    }
  }
}
