package dev.ringpost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * The load of the machine: how much of it was busy between two looks, in cores, from the kernel's
 * own count. Empty where there is no such count.
 */
final class MachineLoad {

  private static final Path STAT = Path.of("/proc/stat");

  /** The unit of {@code /proc/stat}: a hundredth of a second on every Linux that matters. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private final long busyTicks;
  private final long nanos;

  private MachineLoad(long busyTicks, long nanos) {
    this.busyTicks = busyTicks;
    this.nanos = nanos;
  }

  static MachineLoad now() {
    return new MachineLoad(busyTicks(), System.nanoTime());
  }

  /**
   * Cores that were busy with something else.
   *
   * @param own the CPU that the measurement itself has used since this look
   */
  OptionalDouble othersSince(Duration own) {
    if (busyTicks < 0) {
      return OptionalDouble.empty();
    }
    double busy = (double) (busyTicks() - busyTicks) * NANOS_PER_TICK;
    return OptionalDouble.of(Math.max(0, busy - own.toNanos()) / (System.nanoTime() - nanos));
  }

  private static long busyTicks() {
    try {
      String[] fields = Files.readAllLines(STAT).getFirst().split("\\s+", -1);
      // After the name: user, nice, system, idle, iowait, irq, softirq, steal.
      return number(fields, 1)
          + number(fields, 2)
          + number(fields, 3)
          + number(fields, 6)
          + number(fields, 7)
          + number(fields, 8);
    } catch (IOException e) {
      return -1;
    }
  }

  private static long number(String[] fields, int index) {
    return Long.parseLong(fields[index]);
  }
}
