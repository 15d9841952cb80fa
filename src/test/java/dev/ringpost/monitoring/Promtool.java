package dev.ringpost.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program of Prometheus that checks rules and metrics, and tries rules on made-up series. */
public final class Promtool {

  /** Bound on what is read of its output, in bytes. */
  private static final int MAX_OUTPUT = 1 << 20;

  /** The end of a run. */
  public record End(int code, String output) {}

  private Promtool() {}

  static End checkRules(Path rules) {
    return run("check", "rules", rules.toString());
  }

  static End testRules(Path test) {
    return run("test", "rules", test.toString());
  }

  /** Ends with 0, or with 3 for advice on names, if {@code metrics} can be read. */
  public static End checkMetrics(String metrics) {
    return ran(metrics, "check", "metrics");
  }

  private static End run(String... arguments) {
    return ran("", arguments);
  }

  private static End ran(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream out = process.getOutputStream()) {
        out.write(input.getBytes(UTF_8));
      }
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
