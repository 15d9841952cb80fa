package dev.ringpost.cli;

/** How the outside asks the program to stop: SIGTERM and SIGINT. {@code Main} gives it. */
@FunctionalInterface
public interface StopSignal {

  /**
   * Says what to do on the signal.
   *
   * @param stop run once, on any thread, when the signal comes; it returns at once
   */
  void onStop(Runnable stop);
}
