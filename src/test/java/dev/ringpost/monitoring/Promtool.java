package dev.ringpost.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program of Prometheus that checks rules and tries them on made-up series. */
final class Promtool {

  /** Bound on what is read of its output, in bytes. */
  private static final int MAX_OUTPUT = 1 << 20;

  /** The end of a run. */
  record End(int code, String output) {}

  private Promtool() {}

  static End checkRules(Path rules) {
    return run("check", "rules", rules.toString());
  }

  static End testRules(Path test) {
    return run("test", "rules", test.toString());
  }

  private static End run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readNBytes(MAX_OUTPUT), UTF_8);
      return new End(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
