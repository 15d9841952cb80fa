package dev.ringpost.testing;

import dev.ringpost.GatewayProcess;
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
import java.util.Optional;

/**
 * The production gateway in this JVM, and a client of it, which fails if a secret or a caller is on
 * one of its pages or in a refusal. Safe for many threads.
 */
public final class LocalGateway implements AutoCloseable {

  private static final Duration STARTS_WITHIN = Duration.ofSeconds(40);
  private static final Duration LEAVES_WITHIN = Duration.ofSeconds(40);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(40);
  private static final Duration LOOK = Duration.ofMillis(5);

  /** The least status of an answer that is a refusal. */
  private static final int REFUSED = 400;

  private final GatewayProcess gateway;
  private final Thread thread;
  private final Optional<String> token;
  private final HttpClient client = HttpClient.newHttpClient();

  private LocalGateway(GatewayProcess gateway, Thread thread, Optional<String> token) {
    this.gateway = gateway;
    this.thread = thread;
    this.token = token.map(MarkedSecret::of);
  }

  /**
   * Starts a gateway and waits until it is ready.
   *
   * @param token what its clients send, if it wants one: a {@link MarkedSecret}
   */
  public static LocalGateway start(Path config, Optional<String> token) {
    return start(config, Map.of(), token);
  }

  /** As above, with variables of its environment. */
  public static LocalGateway start(
      Path config, Map<String, String> variables, Optional<String> token) {
    try {
      var gateway =
          GatewayProcess.of(
              ConfigLoader.loadWithoutApple(config, variables), InstantSource.system(), () -> {});
      Thread thread = Thread.ofPlatform().name("gateway").start(() -> run(gateway));
      Poll.until(STARTS_WITHIN, LOOK, () -> gateway.notReady().isEmpty());
      return new LocalGateway(gateway, thread, token);
    } catch (InvalidConfigException e) {
      throw new IllegalArgumentException(e.problems().toString(), e);
    }
  }

  private static void run(GatewayProcess gateway) {
    try {
      gateway.run();
    } catch (StartRefusedException e) {
      throw new IllegalStateException(e.problems().toString(), e);
    }
  }

  /** Its address, without a path. */
  public String url() {
    return "http://localhost:" + gateway.port().orElseThrow();
  }

  /** The value of a gauge without tags, as it tells Prometheus. */
  public double gauge(String name) {
    return health("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  /** Where its metrics and health are. */
  public int adminPort() {
    return gateway.adminPort().orElseThrow();
  }

  /** A page of metrics and health. */
  public HttpResponse<String> health(String path) {
    var page = send(HttpRequest.newBuilder(URI.create("http://localhost:" + adminPort() + path)));
    SecretShapes.noneIn(path, page.body());
    return page;
  }

  /** Sends a request without a body. */
  public HttpResponse<String> send(String method, String path) {
    return send(request(path).method(method, HttpRequest.BodyPublishers.noBody()));
  }

  /** Sends a request with a body. */
  public HttpResponse<String> send(String method, String path, String body) {
    return send(request(path).method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  /** A request with the client's token. */
  public HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(ANSWERS_WITHIN);
    token.ifPresent(it -> request.header("Authorization", "Bearer " + it));
    return request;
  }

  /** Sends a request. */
  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= REFUSED) {
        SecretShapes.noneIn("a refusal", answer.body());
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Tells it to stop, and returns at once. */
  public void stop() {
    gateway.stop();
  }

  @Override
  public void close() {
    gateway.stop();
    try {
      if (!thread.join(LEAVES_WITHIN)) {
        throw new IllegalStateException("the gateway does not leave");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
  }
}
