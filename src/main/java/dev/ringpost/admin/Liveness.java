package dev.ringpost.admin;

import java.util.List;

/** The answer to whether the loops of the worker turn. Asked from any thread; answers at once. */
@FunctionalInterface
public interface Liveness {

  /**
   * One line for each loop that does not turn, empty if all do. An outage of Kafka or APNs is no
   * reason: a new process would not repair it.
   */
  List<String> stuck();
}
