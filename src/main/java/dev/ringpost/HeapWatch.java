package dev.ringpost;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The watch on a heap that is as good as full. Before a JVM says {@code OutOfMemoryError}, its
 * collector may have nearly all the time for a minute; the process then still tells its group that
 * it is there, and holds partitions whose calls it does not ring. So it ends when the collector has
 * had {@link #MOST} of each of {@link #LOOKS} looks in a row, and others get what it holds.
 *
 * <p>A worker's begins when the views are loaded: a load in a heap that is just large enough
 * collects that much too, and gets done. One long collection is one look. Only pauses count: the
 * cycles of ZGC and Shenandoah run beside the program's threads, also in a process that is well.
 */
final class HeapWatch implements AutoCloseable {

  /** The time between two looks, and more by the collections in it. */
  static final Duration LOOK = Duration.ofSeconds(1);

  /** So many looks in a row. */
  static final int LOOKS = 5;

  /** The share of the time that the collector may not have. */
  static final double MOST = 0.8;

  private final Time time;
  private final Runnable full;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("heap-watch").unstarted(this::run);

  private long lookedNanos;
  private long lookedCollected;
  private int inARow;

  /** The time that passes, and how much of it the collector has. */
  interface Time {

    long nanos();

    /** Nanoseconds that the collector has had since the start of the JVM. */
    long collectedNanos();
  }

  /** The time of this JVM. */
  private record OfThisProcess(List<GarbageCollectorMXBean> collectors) implements Time {

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long collectedNanos() {
      long millis = 0;
      for (GarbageCollectorMXBean collector : collectors) {
        millis += Math.max(0, collector.getCollectionTime());
      }
      return TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }

  /**
   * @param full called once, when the heap is as good as full
   */
  HeapWatch(Time time, Runnable full) {
    this.time = time;
    this.full = full;
    this.lookedNanos = time.nanos();
    this.lookedCollected = time.collectedNanos();
  }

  /** Watches this process until it is closed. */
  static HeapWatch start(Runnable full) {
    var watch =
        new HeapWatch(
            new OfThisProcess(
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .filter(collector -> tellsOfPauses(collector.getName()))
                    .toList()),
            full);
    watch.thread.start();
    return watch;
  }

  /** Whether a collector, by its name in the JVM, stops the program for the time that it tells. */
  static boolean tellsOfPauses(String collector) {
    return !collector.endsWith("Cycles");
  }

  private void run() {
    try {
      while (!closing.await(LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
        if (look()) {
          full.run();
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once; whether the heap is as good as full. */
  boolean look() {
    long now = time.nanos();
    long collected = time.collectedNanos();
    boolean most = collected - lookedCollected > MOST * (now - lookedNanos);
    inARow = most ? inARow + 1 : 0;
    lookedNanos = now;
    lookedCollected = collected;
    return inARow >= LOOKS;
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
