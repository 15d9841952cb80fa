package dev.ringpost.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker of the shipped jar in a process of its own, which can be killed as pods are. Whatever
 * test it is for: it fails if a secret or a caller is in the worker's log or on one of its pages.
 */
public final class WorkerProcess implements AutoCloseable {

  private static final Path JAR = Path.of("target", "ringpost.jar");
  private static final String HEAP = "256m";
  private static final Duration READY_WITHIN = Duration.ofSeconds(90);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Process process;
  private final Path log;
  private final int adminPort;

  private WorkerProcess(Process process, Path log, int adminPort) {
    this.process = process;
    this.log = log;
    this.adminPort = adminPort;
  }

  /** Starts {@code ringpost run} with its output in a file of {@code folder}. */
  public static WorkerProcess start(Path config, Path folder, String name) {
    return start(config, folder, name, Map.of());
  }

  /** Starts {@code ringpost run} with more variables in its environment. */
  public static WorkerProcess start(
      Path config, Path folder, String name, Map<String, String> environment) {
    return serve(config, folder, name, environment, "run");
  }

  /** Starts a service that is no worker, such as {@code ringpost health}. */
  public static WorkerProcess serve(Path config, Path folder, String name, String... command) {
    return serve(config, folder, name, Map.of(), command);
  }

  private static WorkerProcess serve(
      Path config, Path folder, String name, Map<String, String> environment, String... command) {
    Map<String, String> variables = new HashMap<>(environment);
    int adminPort = FreePort.find();
    variables.put("RINGPOST_ADMIN_PORT", Integer.toString(adminPort));
    Path log = folder.resolve(name + ".log");
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--config", config.toString()));
    return new WorkerProcess(process(log, variables, arguments), log, adminPort);
  }

  /** Starts {@code ringpost} with any arguments and its output in a file. */
  public static WorkerProcess launch(Path log, String... arguments) {
    return launch(log, Map.of(), arguments);
  }

  /** As above, with more variables in its environment. */
  public static WorkerProcess launch(
      Path log, Map<String, String> environment, String... arguments) {
    return new WorkerProcess(process(log, environment, List.of(arguments)), log, 0);
  }

  /**
   * Starts {@code ringpost run} as another installation has it.
   *
   * @param program what stands before {@code run} on its command line
   */
  public static WorkerProcess start(List<String> program, Path config, Path folder) {
    return start(program, config, folder, "program", Map.of());
  }

  /** As above, with its output in a file of that name and more variables in its environment. */
  public static WorkerProcess start(
      List<String> program,
      Path config,
      Path folder,
      String name,
      Map<String, String> environment) {
    int adminPort = FreePort.find();
    Path log = folder.resolve(name + ".log");
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("run", "--config", config.toString()));
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("RINGPOST_ADMIN_PORT", Integer.toString(adminPort));
    return new WorkerProcess(started(log, variables, command), log, adminPort);
  }

  private static Process process(
      Path log, Map<String, String> environment, List<String> arguments) {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR + " is missing: these tests run after package");
    }
    List<String> command = new ArrayList<>(program(HEAP));
    command.addAll(arguments);
    return started(log, environment, command);
  }

  /**
   * What stands before {@code run} on its command line.
   *
   * @param heap as {@code -Xmx} has it
   */
  public static List<String> program(String heap) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + heap,
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-jar",
        JAR.toString());
  }

  private static Process started(Path log, Map<String, String> environment, List<String> command) {
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether {@code /readyz} says so. */
  public boolean ready() {
    return status("/readyz") == 200;
  }

  /** Waits until it is ready; fails with its output if it ends or takes too long. */
  public void awaitReady() {
    long end = System.nanoTime() + READY_WITHIN.toNanos();
    while (!ready()) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        throw new IllegalStateException("the worker is not ready: " + get("/readyz") + output());
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** The body of a page of the worker, empty if there is no answer. */
  public String get(String path) {
    String body = response(path).map(HttpResponse::body).orElse("");
    SecretShapes.noneIn(path, body);
    return body;
  }

  private int status(String path) {
    return response(path).map(HttpResponse::statusCode).orElse(0);
  }

  private Optional<HttpResponse<String>> response(String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + adminPort + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** kill -9. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGSTOP: it stands still with all its connections open. */
  public void freeze() {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill " + signal + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Whether the process runs, or is frozen. */
  public boolean alive() {
    return process.isAlive();
  }

  /** SIGTERM; returns the exit code. */
  public int terminate() {
    return terminate(ENDS_WITHIN);
  }

  /** SIGTERM, with some time to end; returns the exit code. */
  public int terminate(Duration patience) {
    process.destroy();
    return awaitEnd(patience);
  }

  /** What it wrote. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Waits for its end; returns the exit code. */
  public int awaitEnd() {
    return awaitEnd(ENDS_WITHIN);
  }

  /** Waits for its end for some time; returns the exit code. */
  public int awaitEnd(Duration patience) {
    try {
      if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the worker did not end:\n" + output());
      }
      SecretShapes.noneIn(log.getFileName().toString(), output());
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
