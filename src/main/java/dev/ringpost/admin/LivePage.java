package dev.ringpost.admin;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live page: its three files, the newest snapshot, and the stream of them. It needs nothing
 * from elsewhere and loads nothing from elsewhere. Safe for many threads.
 */
final class LivePage implements AutoCloseable {

  /** The paths of the page, for who asks for another. */
  static final String PATHS =
      """
      /             the live page
      /page.json    the newest snapshot of it
      /page.events  a snapshot each second, as server-sent events
      """;

  /** What every answer of the page says to a browser: it is no frame, no referrer, no source. */
  static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
              + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin");

  private static final String STREAM = "/page.events";

  private static final String FULL =
      "all "
          + LiveStreams.MAX_STREAMS
          + " streams of the live page are open; close a window, or ask for /page.json\n";

  private static final Logger log = LoggerFactory.getLogger(LivePage.class);

  private final Map<String, Reply> files =
      Map.of(
          "/", file("page.html", "text/html; charset=utf-8"),
          "/page.css", file("page.css", "text/css; charset=utf-8"),
          "/page.js", file("page.js", "text/javascript; charset=utf-8"));

  private final LiveStreams streams;

  private LivePage(LiveStreams streams) {
    this.streams = streams;
  }

  static LivePage start(LiveFigures figures) {
    return new LivePage(LiveStreams.start(figures));
  }

  private static Reply file(String name, String type) {
    try (InputStream in = LivePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new Reply(200, type, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read from the jar", e);
    }
  }

  /** The answer to a path, if it is one of the page's; a stream that may not open has one too. */
  Optional<Reply> reply(String path) {
    return switch (path) {
      case "/page.json" ->
          Optional.of(
              streams
                  .newest()
                  .map(json -> new Reply(200, Reply.JSON, json + "\n"))
                  .orElseGet(() -> new Reply(503, Reply.TEXT, "no snapshot yet; ask again\n")));
      case STREAM -> Optional.of(new Reply(503, Reply.TEXT, FULL));
      default -> Optional.ofNullable(files.get(path));
    };
  }

  /** Whether a path is the stream's. */
  static boolean isStream(String path) {
    return path.equals(STREAM);
  }

  /**
   * Answers with snapshots until the stream has lasted its time.
   *
   * @return false if all places are taken and nothing was answered
   */
  boolean stream(HttpExchange exchange) throws IOException {
    if (!streams.takePlace()) {
      return false;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    try {
      streams.send(exchange);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      log.atDebug().log("a stream of the live page was cut off");
    }
    return true;
  }

  /** How many more streams may open. */
  int free() {
    return streams.free();
  }

  @Override
  public void close() {
    streams.close();
  }
}
