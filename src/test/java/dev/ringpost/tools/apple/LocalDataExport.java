package dev.ringpost.tools.apple;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * A stand-in for Apple's data export on loopback, as its documentation has the three addresses, and
 * as strict: it knows one token for each app, judges method, path, headers and body of each
 * request, gives the same status address for the same question, and its file to whoever knows the
 * address, packed. Trouble can be ordered for each of the three. Safe for many threads.
 */
public final class LocalDataExport implements AutoCloseable {

  /** The three addresses. */
  public enum Door {
    REQUEST,
    STATUS,
    FILE
  }

  /** An answer in place of the right one. */
  private record Trouble(Door door, int status, String body) {}

  private static final Pattern REQUEST =
      Pattern.compile(
          "/v1/dataExports/apns/teams/([A-Z0-9]{10})/appId/([A-Za-z0-9.-]+)"
              + "/datasetName/deliverymetrics/request");

  private static final String TOKEN = "X-Apple-CloudKit-Management-Token";
  private static final ObjectReader JSON = new JsonMapper().reader();

  private final HttpServer server;
  private final String team;
  private final LocalDate today;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final Map<String, String> files = new ConcurrentHashMap<>();
  private final Map<String, String> questions = new ConcurrentHashMap<>();
  private final Queue<Trouble> troubles = new ConcurrentLinkedQueue<>();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger processing = new AtomicInteger();

  private LocalDataExport(HttpServer server, String team, LocalDate today) {
    this.server = server;
    this.team = team;
    this.today = today;
  }

  /** One for the apps of a team, on a free port. */
  public static LocalDataExport start(String team, LocalDate today) {
    try {
      var export =
          new LocalDataExport(
              HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
              team,
              today);
      export.server.createContext("/", export::answer);
      export.server.start();
      return export;
    } catch (IOException e) {
      throw new UncheckedIOException("the stand-in cannot be started", e);
    }
  }

  /** Where it is. */
  public String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** What an app's token gives. */
  public LocalDataExport app(String app, String token, String csv) {
    tokens.put(app, token);
    files.put(app, csv);
    return this;
  }

  /** The next answers of a door. */
  public LocalDataExport trouble(Door door, int times, int status, String body) {
    for (int i = 0; i < times; i++) {
      troubles.add(new Trouble(door, status, body));
    }
    return this;
  }

  /** How often each export is not made yet when its status is asked. */
  public LocalDataExport processing(int times) {
    processing.set(times);
    return this;
  }

  /** Method and path of each request, in order. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    seen.add(exchange.getRequestMethod() + " " + path);
    try (exchange) {
      if (path.startsWith("/status/")) {
        statusDoor(exchange, path.substring("/status/".length()));
      } else if (path.startsWith("/file/")) {
        fileDoor(exchange, path.substring("/file/".length()));
      } else {
        requestDoor(exchange, path, body);
      }
    }
  }

  private void requestDoor(HttpExchange exchange, String path, byte[] body) throws IOException {
    Matcher matcher = REQUEST.matcher(path);
    if (troubled(exchange, Door.REQUEST)) {
      return;
    }
    if (!matcher.matches()
        || !matcher.group(1).equals(team)
        || !"POST".equals(exchange.getRequestMethod())
        || !"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      reply(exchange, 400, "{\"reason\": \"no such request\"}");
      return;
    }
    String app = matcher.group(2);
    if (!isKnown(exchange, app)) {
      reply(exchange, 401, "{\"reason\": \"invalid token\"}");
      return;
    }
    Optional<String> wrong = wrong(body);
    if (wrong.isPresent()) {
      reply(exchange, 400, "{\"reason\": \"" + wrong.get() + "\"}");
      return;
    }
    String id = UUID.nameUUIDFromBytes((app + new String(body, UTF_8)).getBytes(UTF_8)).toString();
    questions.put(id, app);
    reply(
        exchange,
        200,
        "{\"statusUrl\": \"%s/status/%s\", \"requestedAt\": \"2024-01-28 10:01:00Z\"}"
            .formatted(url(), id));
  }

  /** What is wrong with the body of a request. */
  private Optional<String> wrong(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      Set<String> names = new TreeSet<>();
      json.fieldNames().forEachRemaining(names::add);
      if (!names.equals(Set.of("startDate", "endDate", "dataDownloadUrlExpiresInMinutes"))) {
        return Optional.of("wrong fields");
      }
      LocalDate start = LocalDate.parse(json.path("startDate").asText());
      LocalDate end = LocalDate.parse(json.path("endDate").asText());
      int minutes = json.path("dataDownloadUrlExpiresInMinutes").asInt();
      boolean isGood =
          start.isBefore(end)
              && !start.isBefore(today.minusDays(30))
              && end.isBefore(today)
              && json.path("dataDownloadUrlExpiresInMinutes").isInt()
              && minutes >= 20
              && minutes <= 60;
      return isGood ? Optional.empty() : Optional.of("supported time range");
    } catch (IOException | DateTimeException _) {
      return Optional.of("malformed");
    }
  }

  private void statusDoor(HttpExchange exchange, String id) throws IOException {
    if (troubled(exchange, Door.STATUS)) {
      return;
    }
    String app = questions.get(id);
    if (app == null || !isGet(exchange) || !isKnown(exchange, app)) {
      reply(exchange, 404, "");
    } else if (processing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      reply(
          exchange,
          200,
          "{\"requestedAt\": \"2024-02-14T18:32:30.947Z\", \"status\": \"PROCESSING\"}");
    } else {
      reply(
          exchange,
          200,
          "{\"requestedAt\": \"2024-02-14T18:32:30.947Z\", \"status\": \"SUCCESS\","
              + " \"downloadDetails\": {\"dataUrl\": \"%s/file/%s\",".formatted(url(), id)
              + " \"expiresAt\": \"2024-02-14T18:53:14.762922Z\"}}");
    }
  }

  /** Whoever knows the address gets the file; one who shows a token there has told a stranger. */
  private void fileDoor(HttpExchange exchange, String id) throws IOException {
    if (troubled(exchange, Door.FILE)) {
      return;
    }
    String app = questions.get(id);
    if (app == null
        || !isGet(exchange)
        || exchange.getRequestHeaders().containsKey(TOKEN)
        || !"gzip".equals(exchange.getRequestHeaders().getFirst("Accept-Encoding"))) {
      reply(exchange, 400, "");
      return;
    }
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(files.getOrDefault(app, "").getBytes(UTF_8));
    }
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    exchange.sendResponseHeaders(200, packed.size());
    exchange.getResponseBody().write(packed.toByteArray());
  }

  private boolean isKnown(HttpExchange exchange, String app) {
    String token = tokens.get(app);
    return token != null && token.equals(exchange.getRequestHeaders().getFirst(TOKEN));
  }

  private static boolean isGet(HttpExchange exchange) {
    return "GET".equals(exchange.getRequestMethod());
  }

  private boolean troubled(HttpExchange exchange, Door door) throws IOException {
    Optional<Trouble> ordered = troubles.stream().filter(it -> it.door() == door).findFirst();
    if (ordered.isPresent() && troubles.remove(ordered.get())) {
      reply(exchange, ordered.get().status(), ordered.get().body());
      return true;
    }
    return false;
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
