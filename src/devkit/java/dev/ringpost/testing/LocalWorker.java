package dev.ringpost.testing;

import dev.ringpost.Worker;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** The production worker in this JVM, from a configuration file. */
public final class LocalWorker implements AutoCloseable {

  private static final Duration STARTS_WITHIN = Duration.ofSeconds(40);
  private static final Duration LEAVES_WITHIN = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final Worker worker;
  private final Thread thread;

  private LocalWorker(Worker worker, Thread thread) {
    this.worker = worker;
    this.thread = thread;
  }

  /** Starts a worker; any free port serves its metrics and health unless the file names one. */
  public static LocalWorker start(Path config) {
    return start(config, InstantSource.system());
  }

  /** Starts a worker on a machine whose clock may be wrong. */
  public static LocalWorker start(Path config, InstantSource clock) {
    try {
      var worker = Worker.of(ConfigLoader.load(config, Map.of(), clock), clock, () -> {});
      Thread thread = Thread.ofPlatform().name("worker").start(() -> run(worker));
      return new LocalWorker(worker, thread);
    } catch (InvalidConfigException e) {
      throw new IllegalArgumentException(e.problems().toString(), e);
    }
  }

  private static void run(Worker worker) {
    try {
      worker.run();
    } catch (StartRefusedException e) {
      throw new IllegalStateException(e.problems().toString(), e);
    }
  }

  /** Whether it is ready to ring. */
  public boolean ready() {
    if (!thread.isAlive()) {
      throw new IllegalStateException("the worker has ended; its thread has told why");
    }
    return worker.notReady().isEmpty();
  }

  public int adminPort() {
    return worker.adminPort().orElseThrow();
  }

  /** The body of a page of the admin port. */
  public String get(String path) {
    return page(path).body();
  }

  /** A page of the admin port. */
  public HttpResponse<String> page(String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + adminPort() + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<String> page = client.send(request, HttpResponse.BodyHandlers.ofString());
      SecretShapes.noneIn(path, page.body());
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits until the admin port is open, which is long before the worker is ready. */
  public void awaitAdminPort() {
    Poll.until(STARTS_WITHIN, LOOK, () -> worker.adminPort().isPresent());
  }

  @Override
  public void close() {
    worker.stop();
    try {
      if (!thread.join(LEAVES_WITHIN)) {
        throw new IllegalStateException("the worker does not leave");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
