package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM of its own, so that its CPU is not taken for the client's. The two speak by lines: the
 * child greets once, then answers each order with one line. It ends with its input.
 */
final class Child implements AutoCloseable {

  /** A child's action on an order; what it returns is the answer. */
  interface Orders {
    String obey(String order) throws Exception;
  }

  /** Marks answers; other lines are the child's log. */
  private static final String ANSWER = "= ";

  private final Process process;
  private final BufferedReader answers;
  private final PrintStream orders;
  private final String greeting;

  private Child(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.orders = new PrintStream(process.getOutputStream(), true, UTF_8);
    this.greeting = answer();
  }

  /** Starts a child with this JVM's flags and class path, and waits for its greeting. */
  static Child start(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new Child(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  String greeting() {
    return greeting;
  }

  /** Gives an order; its {@link #answer} must be taken before the next. */
  void order(String order) {
    orders.println(order);
  }

  /** Waits for the answer to the last order. */
  String answer() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(ANSWER)) {
        return line.substring(ANSWER.length());
      }
      System.err.println(line);
    }
    throw new IOException("a child of the benchmark ended too early");
  }

  /** Gives an order and waits for its answer. */
  String ask(String order) throws IOException {
    order(order);
    return answer();
  }

  /** The processor time that it has used. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    orders.close();
    process.onExit().join();
  }

  /** The child's side: greets and obeys until its input ends. */
  static void serve(String greeting, Orders orders) throws Exception {
    System.out.println(ANSWER + greeting);
    try (var input = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String order = input.readLine(); order != null; order = input.readLine()) {
        System.out.println(ANSWER + orders.obey(order));
      }
    }
  }
}
