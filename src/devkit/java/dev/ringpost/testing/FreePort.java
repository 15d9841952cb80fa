package dev.ringpost.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port that nobody listens on, for a process that must be told one. It lies below those that the
 * system gives to outgoing connections: one of theirs may be taken by any connection between the
 * finding and the listening, and was.
 */
public final class FreePort {

  private static final int LOWEST = 10_000;
  private static final int TRIES = 100;

  /** With fewer ports to choose from two callers too often find the same. */
  private static final int FEWEST = 10_000;

  /** Linux's own range; elsewhere its default. */
  private static final Path OUTGOING = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private static final int OUTGOING_FROM = 32_768;

  private FreePort() {}

  /** Finds one. */
  public static int find() {
    int bound = outgoingFrom();
    for (int one = 0; one < TRIES; one++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, bound);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no port between %d and %d is free".formatted(LOWEST, bound));
  }

  private static int outgoingFrom() {
    // by line: such a file has no size, and some systems give no more than one character at once
    try (BufferedReader lines = Files.newBufferedReader(OUTGOING)) {
      int from =
          Integer.parseInt(Objects.requireNonNull(lines.readLine()).strip().split("\\s+", -1)[0]);
      return from < FEWEST + LOWEST ? OUTGOING_FROM : from;
    } catch (IOException | NumberFormatException _) {
      return OUTGOING_FROM;
    }
  }

  private static boolean isFree(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
