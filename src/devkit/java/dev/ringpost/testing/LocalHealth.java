package dev.ringpost.testing;

import dev.ringpost.HealthProcess;
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
import java.util.List;
import java.util.Map;

/** The production process of {@code ringpost health} in this JVM. Safe for many threads. */
public final class LocalHealth implements AutoCloseable {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final HealthProcess process;
  private final Thread thread;

  private LocalHealth(Path config) {
    try {
      process =
          HealthProcess.of(
              ConfigLoader.loadWithoutApple(config, Map.of()), InstantSource.system(), () -> {});
    } catch (InvalidConfigException e) {
      throw new IllegalArgumentException(e.problems().toString(), e);
    }
    thread = Thread.ofPlatform().name("health").start(this::run);
  }

  /** One that was started a moment ago. */
  public static LocalHealth launch(Path config) {
    return new LocalHealth(config);
  }

  /** One that is ready. */
  public static LocalHealth start(Path config) {
    var health = new LocalHealth(config);
    Poll.until(WITHIN, LOOK, () -> health.notReady().isEmpty());
    return health;
  }

  private void run() {
    try {
      process.run();
    } catch (StartRefusedException e) {
      throw new IllegalStateException(e.problems().toString(), e);
    }
  }

  /** Why it is not ready; empty if it is. */
  public List<String> notReady() {
    return process.notReady();
  }

  /** Where its metrics and health are. */
  public int adminPort() {
    return process.adminPort().orElseThrow();
  }

  /** How many pushes ended so. */
  public double judged(String end) {
    return metric("ringpost_health_calls_total{end=\"" + end + "\"}");
  }

  /** The value of a meter, as Prometheus reads it. */
  public double metric(String line) {
    URI metrics = URI.create("http://localhost:" + adminPort() + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(it -> it.startsWith(line + " "))
          .mapToDouble(it -> Double.parseDouble(it.substring(line.length())))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.stop();
    Poll.until(WITHIN, LOOK, () -> !thread.isAlive());
  }
}
