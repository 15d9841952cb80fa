package dev.ringpost.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The memory of this process: its heap once nothing more can be collected, and what is resident.
 */
final class MemoryInUse {

  private static final int COLLECTIONS = 4;

  private MemoryInUse() {}

  /** Both in MB. */
  static String line() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int round = 0; round < COLLECTIONS; round++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return "%,d MB of heap in use, %,d MB resident".formatted(used / 1_000_000, resident());
  }

  private static long resident() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          * 1024
          / 1_000_000;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
