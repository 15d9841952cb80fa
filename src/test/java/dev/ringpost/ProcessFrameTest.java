package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.telemetry.WorkerMeterName;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.TokenEndpoint;
import dev.ringpost.tools.topics.IdentityProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The frame around the work of a process, from its first moment to its last. */
@Timeout(30)
class ProcessFrameTest {

  private static final Duration BOUND = Duration.ofMinutes(5);

  @TempDir private Path folder;

  private final AtomicReference<Optional<List<String>>> trouble =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<List<String>> stuck = new AtomicReference<>(List.of());

  @Test
  void theProbesSayWhatTheWorkSaysWhileItIsDone() throws Exception {
    ProcessFrame frame = frame(0);
    assertThat(frame.notReady()).containsExactly("the search is starting");
    List<String> seen = new ArrayList<>();

    frame.run(
        _ ->
            _ -> {
              seen.add(get(frame, "/readyz"));
              trouble.set(Optional.of(List.of()));
              seen.add(get(frame, "/readyz"));
              trouble.set(Optional.of(List.of("Kafka is away")));
              seen.add(get(frame, "/readyz"));
              seen.add(get(frame, "/livez"));
              stuck.set(List.of("it does not turn"));
              seen.add(get(frame, "/livez"));
            });

    assertThat(seen).hasSize(5);
    assertThat(seen.get(0)).startsWith("503").contains("the search is starting");
    assertThat(seen.get(1)).startsWith("200");
    assertThat(seen.get(2)).startsWith("503").contains("Kafka is away");
    assertThat(seen.get(3)).startsWith("200");
    assertThat(seen.get(4)).startsWith("503").contains("it does not turn");
  }

  @Test
  void theMetersOfEveryProcessStandBesideThoseOfTheWork() throws Exception {
    ProcessFrame frame = frame(0);
    List<String> seen = new ArrayList<>();

    frame.run(
        telemetry -> {
          telemetry.gauge(WorkerMeterName.READY, () -> 1);
          return _ -> seen.add(get(frame, "/metrics"));
        });

    assertThat(seen)
        .singleElement()
        .asString()
        .contains(
            "ringpost_ready 1.0", "ringpost_build{", "ringpost_log_lines_dropped_total", "jvm_");
  }

  @Test
  void whileItsLoginIsAwayItShowsItsMetersSaysSoAndBeginsNothing() throws Exception {
    RingpostConfig config;
    String url;
    try (TokenEndpoint provider = TokenEndpoint.start()) {
      config = config(0, provider.properties());
      url = provider.url();
    }
    IdentityProvider.of(config.kafka()).orElseThrow().allow();
    ProcessFrame frame = frame(config);
    List<String> steps = new CopyOnWriteArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var run =
          CompletableFuture.runAsync(
              () ->
                  runs(
                      frame,
                      telemetry -> {
                        telemetry.gauge(WorkerMeterName.READY, () -> 0);
                        return _ -> steps.add("work");
                      }),
              threads);

      await().until(() -> frame.notReady().getFirst().contains(url));
      assertThat(get(frame, "/metrics")).contains("ringpost_ready ");
      assertThat(get(frame, "/readyz")).startsWith("503").contains(url);
      frame.stop();
      run.get();
    }

    assertThat(steps).isEmpty();
  }

  @Test
  void whoStopsItIsHeardByTheWorkAndReadinessSaysSo() throws Exception {
    ProcessFrame frame = frame(0);

    frame.run(
        _ ->
            stopping -> {
              trouble.set(Optional.of(List.of()));
              frame.stop();
              assertThat(stopping.getCount()).isZero();
              assertThat(get(frame, "/readyz")).contains("the search leaves");
            });

    assertThat(frame.notReady()).containsExactly("the search leaves");
  }

  @Test
  void thePortIsGivenBackHoweverTheWorkEnds() throws Exception {
    ProcessFrame frame = frame(0);
    assertThatExceptionOfType(StartRefusedException.class)
        .isThrownBy(
            () ->
                frame.run(
                    _ ->
                        _ -> {
                          throw new StartRefusedException(List.of("planted"));
                        }));

    int port = frame.adminPort().orElseThrow();
    try (var again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(again.getLocalPort()).isEqualTo(port);
    }
  }

  @Test
  void aPortThatIsTakenIsARefusalAndNoWorkBegins() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      ProcessFrame frame = frame(taken.getLocalPort());

      assertThatExceptionOfType(StartRefusedException.class)
          .isThrownBy(
              () ->
                  frame.run(
                      _ -> {
                        throw new AssertionError("work begins");
                      }));
    }
  }

  @Test
  void aLoopIsStuckOnceItHasNotTurnedForLongerThanTheBound() {
    assertThat(ProcessFrame.stuck(Optional.empty(), "it has not turned")).isEmpty();
    assertThat(ProcessFrame.stuck(Optional.of(BOUND), "it has not turned")).isEmpty();
    assertThat(ProcessFrame.stuck(Optional.of(BOUND.plusSeconds(1)), "it has not turned"))
        .containsExactly("it has not turned for 301 s");
  }

  private ProcessFrame frame(int port) throws Exception {
    return frame(config(port, Map.of()));
  }

  private ProcessFrame frame(RingpostConfig config) {
    return new ProcessFrame(config, "search", trouble::get, stuck::get, () -> {});
  }

  private RingpostConfig config(int port, Map<String, String> kafka) throws Exception {
    Path file =
        ConfigFile.of("localhost:9092", kafka)
            .with("admin: {host: localhost, port: " + port + "}\n")
            .write(folder.resolve("ringpost.yaml"));
    return ConfigLoader.loadWithoutApple(file, Map.of());
  }

  private static void runs(ProcessFrame frame, Function<Telemetry, ProcessFrame.Work> work) {
    try {
      frame.run(work);
    } catch (StartRefusedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The status and the body of a page. */
  private static String get(ProcessFrame frame, String path) {
    int port = frame.adminPort().orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
