package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** One broker in a process of its own, which can stand still with all its connections open. */
public final class BrokerProcess implements AutoCloseable {

  /** Marks the one line that is not the broker's log. */
  private static final String GREETING = "bootstrap: ";

  private final Process process;
  private final String bootstrapServers;

  private BrokerProcess(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /** Starts it and waits until it is there. */
  public static BrokerProcess start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    Process process =
        new ProcessBuilder(
                List.of(java, "-Xmx512m", "-cp", classPath, BrokerProcess.class.getName()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var output = process.inputReader(UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(GREETING)) {
        Thread.ofPlatform().daemon().name("broker-output").start(() -> drain(output));
        return new BrokerProcess(process, line.substring(GREETING.length()));
      }
    }
    throw new IOException("the broker ended before it was there");
  }

  private static void drain(java.io.BufferedReader output) {
    try {
      while (output.readLine() != null) {}
    } catch (IOException _) {
      // It has ended.
    }
  }

  /** What {@code bootstrap.servers} takes. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** SIGSTOP. */
  public void freeze() {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it at once; its folder is left in the temporary one. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** The broker, until its input ends. */
  public static void main(String[] arguments) throws IOException {
    try (var kafka = LocalKafka.start()) {
      System.out.println(GREETING + kafka.bootstrapServers());
      while (System.in.read() >= 0) {}
    }
  }
}
