package dev.ringpost.journey;

import static org.awaitility.Awaitility.await;

import dev.ringpost.SyntheticProcess;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The production process of {@code ringpost synthetic} in this JVM. */
final class LocalSynthetic implements AutoCloseable {

  private static final Duration WITHIN = Duration.ofSeconds(60);

  private final SyntheticProcess process;
  private final Thread thread;

  private LocalSynthetic(Path config) throws InvalidConfigException {
    process =
        SyntheticProcess.of(
            ConfigLoader.loadWithoutApple(config, Map.of()), InstantSource.system(), () -> {});
    thread = Thread.ofPlatform().name("synthetic").start(this::run);
  }

  /** One that was started a moment ago. */
  static LocalSynthetic launch(Path config) throws InvalidConfigException {
    return new LocalSynthetic(config);
  }

  private void run() {
    try {
      process.run();
    } catch (StartRefusedException e) {
      throw new IllegalStateException(e.problems().toString(), e);
    }
  }

  List<String> notReady() {
    return process.notReady();
  }

  /** How many rounds ended so. */
  double rounds(String end) throws IOException, InterruptedException {
    return metric("ringpost_synthetic_rounds_total{end=\"" + end + "\"}");
  }

  /** The value of a meter, as Prometheus reads it. */
  double metric(String line) throws IOException, InterruptedException {
    int port = process.adminPort().orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(it -> it.startsWith(line + " "))
          .mapToDouble(it -> Double.parseDouble(it.substring(line.length())))
          .sum();
    }
  }

  @Override
  public void close() {
    process.stop();
    await().atMost(WITHIN).until(() -> !thread.isAlive());
  }
}
