package dev.ringpost.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ringpost.telemetry.page.MetricsFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of {@code /metrics}, {@code /livez}, {@code /readyz} and, where it is on, the
 * live page: one virtual thread per request, nothing to be changed through it, no secrets in it. A
 * client that breaks off, sends nonsense or is slow harms nobody.
 */
public final class AdminServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

  private static final String PATHS =
      """
      /metrics  numbers for Prometheus
      /livez    whether the loops turn
      /readyz   whether phones can be rung, and if not, why
      """;

  /** Bounds on a client, for the JDK's server; see the properties of module jdk.httpserver. */
  private static final Map<String, String> CLIENT_BOUNDS =
      Map.of(
          "jdk.httpserver.maxConnections", "256",
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "30");

  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final ExecutorService threads;
  private final Function<MetricsFormat, String> metrics;
  private final Liveness liveness;
  private final Readiness readiness;
  private final Optional<LivePage> page;

  private AdminServer(
      HttpServer server,
      Function<MetricsFormat, String> metrics,
      Liveness liveness,
      Readiness readiness,
      Optional<LivePage> page) {
    this.server = server;
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    this.metrics = metrics;
    this.liveness = liveness;
    this.readiness = readiness;
    this.page = page;
  }

  /** Opens the port, without the live page. */
  public static AdminServer start(
      String host,
      int port,
      Function<MetricsFormat, String> metrics,
      Liveness liveness,
      Readiness readiness)
      throws IOException {
    return start(host, port, metrics, liveness, readiness, Optional.empty());
  }

  /**
   * Opens the port and serves until {@link #close}.
   *
   * @param port 0 takes any free one, see {@link #port()}
   * @param metrics all meters, in the form that a scrape wants
   * @param figures of the live page, if there is one
   * @throws IOException in words for an operator, if the address cannot be opened
   */
  public static AdminServer start(
      String host,
      int port,
      Function<MetricsFormat, String> metrics,
      Liveness liveness,
      Readiness readiness,
      Optional<LiveFigures> figures)
      throws IOException {
    CLIENT_BOUNDS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw new IOException(
          "admin.host "
              + host
              + " with admin.port "
              + port
              + " cannot be opened ("
              + e.getMessage()
              + "); free the port or choose another, 0 for any free one",
          e);
    }
    AdminServer admin =
        new AdminServer(http, metrics, liveness, readiness, figures.map(LivePage::start));
    http.setExecutor(admin.threads);
    http.createContext("/", admin::handle);
    http.start();
    return admin;
  }

  /** The port that is open. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** How many more streams of the live page may open. */
  int freeStreams() {
    return page.map(LivePage::free).orElse(0);
  }

  /** Closes the port and breaks off what is being served. */
  @Override
  public void close() {
    page.ifPresent(LivePage::close);
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      String method = exchange.getRequestMethod();
      boolean head = method.equals("HEAD");
      if (head || method.equals("GET")) {
        answer(exchange, exchange.getRequestURI().getPath(), head);
      } else {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, new Reply(405, Reply.TEXT, "only GET and HEAD\n"), false);
      }
    } catch (IOException e) {
      log.atDebug().setCause(e).log("a client of the admin port broke off");
    }
  }

  private void answer(HttpExchange exchange, String path, boolean head) throws IOException {
    if (page.isPresent()) {
      LivePage.HEADERS.forEach(exchange.getResponseHeaders()::set);
      if (LivePage.isStream(path) && !head && page.get().stream(exchange)) {
        return;
      }
    }
    send(exchange, page.flatMap(it -> it.reply(path)).orElseGet(() -> reply(exchange)), head);
  }

  private Reply reply(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    try {
      return switch (path) {
        case "/metrics" -> metrics(exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
        case "/livez" -> live(liveness.stuck());
        case "/readyz" -> ready(readiness.state());
        default ->
            new Reply(
                404,
                Reply.TEXT,
                "nothing here; there are\n" + PATHS + page.map(_ -> LivePage.PATHS).orElse(""));
      };
    } catch (RuntimeException e) {
      log.atWarn().addKeyValue("path", path).setCause(e).log("the admin port could not answer");
      return new Reply(500, Reply.TEXT, "no answer, see the log\n");
    }
  }

  private Reply metrics(List<String> accept) {
    MetricsFormat format = MetricsFormat.wanted(accept);
    return new Reply(200, format.contentType(), metrics.apply(format));
  }

  private static Reply live(List<String> stuck) {
    return stuck.isEmpty()
        ? new Reply(200, Reply.TEXT, "alive\n")
        : new Reply(503, Reply.TEXT, "stuck\n" + String.join("\n", stuck) + "\n");
  }

  private Reply ready(Readiness.State state) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ready", state.ready());
    answer.put("notReady", state.notReady());
    answer.put("notes", state.notes());
    try {
      return new Reply(
          state.ready() ? 200 : 503, Reply.JSON, json.writeValueAsString(answer) + "\n");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(HttpExchange exchange, Reply reply, boolean head) throws IOException {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", reply.type());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
      exchange.sendResponseHeaders(reply.status(), -1);
    } else {
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
