package dev.ringpost.bench;

import java.time.Duration;
import java.util.Optional;

/**
 * A program that runs and rings what a topic of its own invites to. Closing ends it and removes its
 * topics.
 */
final class Running implements Measured, AutoCloseable {

  private final Program program;
  private final String prefix;
  private final Child child;
  private final ProcessHandle process;
  private final Allocation allocation;
  private final CallServer calls;
  private long results;

  /**
   * A program that is ready.
   *
   * @param prefix what the names of its topics begin with
   * @param child what ends it
   * @param pid the process that is measured
   */
  Running(Program program, String prefix, Child child, long pid, CallServer calls) {
    this.program = program;
    this.prefix = prefix;
    this.child = child;
    this.process = ProcessHandle.of(pid).orElseThrow();
    this.allocation = Allocation.of(pid);
    this.calls = calls;
  }

  static String invites(String prefix) {
    return prefix + "invites";
  }

  static String results(String prefix) {
    return prefix + "results";
  }

  Program program() {
    return program;
  }

  /** The topic that it reads. */
  String topic() {
    return invites(prefix);
  }

  /** Waits until the results of so many further invites are stored, where it tells any. */
  void awaitResults(int invites) {
    if (program == Program.RINGPOST) {
      results += invites;
      calls.awaitRecords(results(prefix), results);
    }
  }

  @Override
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public long allocatedBytes() {
    return allocation.bytes();
  }

  @Override
  public void close() {
    allocation.close();
    child.close();
    Optional.of(process).filter(ProcessHandle::isAlive).ifPresent(ProcessHandle::destroyForcibly);
    calls.remove(prefix);
  }
}
