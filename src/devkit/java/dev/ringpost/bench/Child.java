package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own, so that its CPU is not taken for the client's. The two speak by lines: the
 * child greets once, then answers each order with one line. It ends with its input, so that it does
 * not outlive a parent that was killed.
 */
public final class Child implements AutoCloseable {

  /** A child's action on an order; what it returns is the answer. */
  public interface Orders {
    /** Obeys an order. */
    String obey(String order) throws Exception;
  }

  /** Marks answers; other lines are the child's log. */
  private static final String ANSWER = "= ";

  private static final Duration ANSWERS_WITHIN = Duration.ofMinutes(6);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(40);

  private final Process process;
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();
  private final PrintStream orders;
  private final String greeting;

  private Child(Process process) {
    this.process = process;
    this.orders = new PrintStream(process.getOutputStream(), true, UTF_8);
    Thread.ofPlatform().daemon().name("answers").start(this::read);
    this.greeting = answer();
  }

  /** Starts a child with this JVM's flags and class path, and waits for its greeting. */
  static Child start(Class<?> main, String... arguments) {
    return start(
        ManagementFactory.getRuntimeMXBean().getInputArguments(), main.getName(), arguments);
  }

  /** Starts a child with flags of its own and this JVM's class path. */
  static Child start(List<String> flags, String main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    return start(new ProcessBuilder(command));
  }

  /** Starts a program that greets as a child does. */
  static Child start(ProcessBuilder program) {
    try {
      return new Child(program.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program {@code java} of this JVM. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(ANSWER)) {
          answers.add(Optional.of(line.substring(ANSWER.length())));
        } else {
          System.err.println(line);
        }
      }
    } catch (IOException e) {
      System.err.println("a child's output cannot be read: " + e);
    }
    answers.add(Optional.empty());
  }

  String greeting() {
    return greeting;
  }

  long pid() {
    return process.pid();
  }

  /** Gives an order; its {@link #answer} must be taken before the next. */
  void order(String order) {
    orders.println(order);
  }

  /** Waits for the answer to the last order. */
  String answer() {
    try {
      Optional<String> answer = answers.poll(ANSWERS_WITHIN.toSeconds(), TimeUnit.SECONDS);
      if (answer == null) {
        throw new IllegalStateException("no answer of a child within " + ANSWERS_WITHIN);
      }
      return answer.orElseThrow(
          () -> new IllegalStateException("a child of the benchmark ended too early"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Gives an order and waits for its answer. */
  String ask(String order) {
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
    try {
      if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The child's side: greets and obeys until its input ends. In the middle of an order it does not
   * see that, so it also looks whether its parent lives.
   */
  public static void serve(String greeting, Orders orders) throws Exception {
    ProcessHandle.current()
        .parent()
        .ifPresent(
            parent -> {
              var _ = parent.onExit().thenRun(() -> System.exit(1));
            });
    System.out.println(ANSWER + greeting);
    try (var input = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String order = input.readLine(); order != null; order = input.readLine()) {
        System.out.println(ANSWER + orders.obey(order));
      }
    }
  }
}
