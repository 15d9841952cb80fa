package dev.ringpost.journey;

import static org.awaitility.Awaitility.await;

import dev.ringpost.ShadowProcess;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The production process of {@code ringpost run --shadow} in this JVM. */
final class LocalShadow implements AutoCloseable {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Pattern INVITES =
      Pattern.compile("(?m)^ringpost_shadow_invites_total\\{outcome=\"(\\w+)\"} (\\S+)$");

  private final ShadowProcess process;
  private final Thread thread;
  private volatile List<String> refused = List.of();

  private LocalShadow(Path config, Optional<String> group) throws InvalidConfigException {
    process =
        ShadowProcess.of(
            ConfigLoader.load(config, Map.of(), InstantSource.system()),
            group,
            InstantSource.system(),
            () -> {});
    thread = Thread.ofPlatform().name("shadow").start(this::run);
  }

  /** One that was started a moment ago, in a group or in its own by default. */
  static LocalShadow launch(Path config, Optional<String> group) throws InvalidConfigException {
    return new LocalShadow(config, group);
  }

  /** One that is ready, in the group that is its own by default. */
  static LocalShadow start(Path config) throws InvalidConfigException {
    var shadow = new LocalShadow(config, Optional.empty());
    await().atMost(WITHIN).until(() -> shadow.notReady().isEmpty());
    return shadow;
  }

  private void run() {
    try {
      process.run();
    } catch (StartRefusedException e) {
      refused = e.problems();
    }
  }

  List<String> notReady() {
    return process.notReady();
  }

  /** Why its start was refused; empty if it was not, or not yet. */
  List<String> refused() {
    return refused;
  }

  /** Waits until its start is refused, and gives the reasons. */
  List<String> refusedToStart() {
    await().atMost(WITHIN).until(() -> !refused.isEmpty());
    return refused;
  }

  /** How many invites ended how, of those that any did. */
  Map<String, Integer> invites() throws IOException, InterruptedException {
    Map<String, Integer> invites = new TreeMap<>();
    INVITES
        .matcher(metrics())
        .results()
        .filter(it -> Double.parseDouble(it.group(2)) > 0)
        .forEach(it -> invites.put(it.group(1), (int) Double.parseDouble(it.group(2))));
    return invites;
  }

  /** Everything that it measures. */
  String metrics() throws IOException, InterruptedException {
    int port = process.adminPort().orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Override
  public void close() {
    process.stop();
    await().atMost(WITHIN).until(() -> !thread.isAlive());
  }
}
