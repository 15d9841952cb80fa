package dev.ringpost.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A share of this machine's own packets that get lost on their way to and from some ports, by the
 * kernel's packet filter: unlike what a {@link Relay} does, TCP itself must find out and send them
 * again. Its rules stand in a chain of their own, which only root may set; a chain that a killed
 * run has left is emptied by the next one. One at a time.
 */
public final class LostPackets implements AutoCloseable {

  private static final String CHAIN = "RINGPOST-DRILL";

  private LostPackets() {}

  /** Loses so many of a hundred packets, at random, in each direction, until it is closed. */
  public static LostPackets at(int percent, Collection<Integer> ports) {
    remove();
    must("-N", CHAIN);
    must("-I", "INPUT", "-i", "lo", "-j", CHAIN);
    String share = String.format(Locale.ROOT, "%.2f", percent / 100.0);
    for (int port : ports) {
      for (String side : List.of("--dport", "--sport")) {
        must(
            "-A",
            CHAIN,
            "-p",
            "tcp",
            side,
            String.valueOf(port),
            "-m",
            "statistic",
            "--mode",
            "random",
            "--probability",
            share,
            "-j",
            "DROP");
      }
    }
    return new LostPackets();
  }

  /** Whether such rules can be set here. */
  public static boolean arePossible() {
    try (LostPackets _ = at(1, List.of(1))) {
      return true;
    } catch (IllegalStateException | UncheckedIOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    remove();
  }

  private static void remove() {
    String _ = run("-D", "INPUT", "-i", "lo", "-j", CHAIN);
    String _ = run("-F", CHAIN);
    String _ = run("-X", CHAIN);
  }

  private static void must(String... arguments) {
    String error = run(arguments);
    if (!error.isEmpty()) {
      remove();
      throw new IllegalStateException("iptables " + String.join(" ", arguments) + ": " + error);
    }
  }

  /** What it says if it fails, else nothing. */
  private static String run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("iptables", "-w"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = process.waitFor();
      return end == 0 ? "" : "exit " + end + ", " + said.strip();
    } catch (IOException e) {
      throw new UncheckedIOException("no program iptables", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
