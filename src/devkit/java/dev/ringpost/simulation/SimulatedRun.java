package dev.ringpost.simulation;

import java.util.List;

/**
 * The figures of a fleet that was simulated.
 *
 * @param rate pushes a second that were written
 * @param p50 of the time from append to writing, in milliseconds
 * @param busyPercent pushes that found no stream in time, of all
 * @param most of what waited at any sample
 * @param inFlight the mean of what waited for APNs
 * @param samples what waited, four times a second, from the beginning
 */
record SimulatedRun(
    Scenario scenario,
    double rate,
    double p50,
    double p99,
    double longest,
    double busyPercent,
    Queues most,
    double inFlight,
    List<Queues> samples) {

  SimulatedRun {
    samples = List.copyOf(samples);
  }
}
