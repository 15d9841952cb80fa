package dev.ringpost.cli;

/**
 * The signal from outside that asks the program to stop: SIGTERM or SIGINT. {@code Main} provides
 * it.
 */
@FunctionalInterface
public interface StopSignal {

  /**
   * Says what to do on the signal.
   *
   * @param stop run once, on any thread, when the signal comes; it returns at once
   */
  void onStop(Runnable stop);
}
