package dev.ringpost.admin;

import java.util.List;

/** Whether the worker can ring phones. Asked from any thread; answers at once. */
@FunctionalInterface
public interface Readiness {

  /** One line for each thing that is not ready, empty if all is. */
  List<String> notReady();
}
