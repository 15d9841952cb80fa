package dev.ringpost.simulation;

import dev.ringpost.tools.plan.FleetSize;

/**
 * A fleet, and what befalls it.
 *
 * @param name for people
 * @param pods that carry the calls
 * @param partitions shared among them
 * @param connections of each pod
 * @param window streams that may be used on a connection
 * @param permits invites in flight in each pod
 * @param slowness by what APNs' own time is multiplied in the third and fourth second
 * @param kill whether one pod dies at the second second and its partitions have no owner for a time
 * @param seconds that are simulated
 */
record Scenario(
    String name,
    int pods,
    int partitions,
    int connections,
    int window,
    int permits,
    double slowness,
    boolean kill,
    int seconds) {

  private static final int SHORT = 6;
  private static final int LONG = 14;

  /** A fleet to which nothing happens. */
  static Scenario of(String name, FleetSize size, int pods) {
    return new Scenario(
        name,
        pods,
        size.partitions(),
        size.connections(),
        size.window(),
        size.permits(),
        1,
        false,
        SHORT);
  }

  Scenario withConnections(int connections, int permits) {
    return new Scenario(
        name, pods, partitions, connections, window, permits, slowness, kill, seconds);
  }

  Scenario withWindow(int window) {
    return new Scenario(
        name, pods, partitions, connections, window, permits, slowness, kill, seconds);
  }

  Scenario withSlowness(double slowness) {
    return new Scenario(name, pods, partitions, connections, window, permits, slowness, kill, LONG);
  }

  Scenario withKill() {
    return new Scenario(name, pods, partitions, connections, window, permits, slowness, true, LONG);
  }

  /** Streams of a pod. */
  int streams() {
    return connections * window;
  }
}
