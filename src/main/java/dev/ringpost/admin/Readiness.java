package dev.ringpost.admin;

import java.util.List;

/** The answer to whether the worker can ring phones. Asked from any thread; answers at once. */
@FunctionalInterface
public interface Readiness {

  /** How it stands now. */
  State state();

  /**
   * The state of a worker as {@code /readyz} reports it.
   *
   * @param notReady one line for each thing that is not ready, empty if all is
   * @param notes one line for each thing that needs a hand though phones ring; a worker with notes
   *     is ready, for one that Kubernetes took out of service would fix none of them
   */
  record State(List<String> notReady, List<String> notes) {

    public State {
      notReady = List.copyOf(notReady);
      notes = List.copyOf(notes);
    }

    boolean ready() {
      return notReady.isEmpty();
    }
  }
}
