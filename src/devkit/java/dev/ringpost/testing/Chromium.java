package dev.ringpost.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium with one window, driven over its DevTools protocol: what it shows, what it
 * asks for, what it complains about, and keys pressed in it.
 */
public final class Chromium implements AutoCloseable {

  private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final long ENDS_WITHIN_SECONDS = 10;
  private static final Map<String, Integer> KEYS =
      Map.of("Tab", 9, "Enter", 13, "Escape", 27, " ", 32);

  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final WebSocket socket;

  private Chromium(Process process, Path profile) {
    this.process = process;
    this.socket =
        client.newWebSocketBuilder().buildAsync(window(profile), new Messages(this)).join();
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "Accessibility")) {
      ask(domain + ".enable", Map.of());
    }
  }

  /** Starts it with its files in a folder. */
  public static Chromium start(Path folder) {
    Path profile = folder.resolve("chromium");
    try {
      Process process =
          new ProcessBuilder(
                  "chromium",
                  "--headless=new",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-dev-shm-usage",
                  "--disable-background-networking",
                  "--hide-scrollbars",
                  "--no-first-run",
                  "--remote-debugging-port=0",
                  "--user-data-dir=" + profile,
                  "about:blank")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("chromium.log").toFile())
              .start();
      return new Chromium(process, profile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address of its window; Chromium writes its port into a file once it listens. */
  private URI window(Path profile) {
    Path port = profile.resolve("DevToolsActivePort");
    Poll.until(STARTS_WITHIN, LOOK, () -> Files.exists(port) && !Files.readString(port).isBlank());
    try {
      URI list =
          URI.create("http://127.0.0.1:" + Files.readAllLines(port).getFirst() + "/json/list");
      var request = HttpRequest.newBuilder(list).timeout(ANSWERS_WITHIN).build();
      for (JsonNode target : read(client.send(request, BodyHandlers.ofString()).body())) {
        if (target.path("type").asText().equals("page")) {
          return URI.create(target.path("webSocketDebuggerUrl").asText());
        }
      }
      throw new IllegalStateException("chromium has no window");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Sets the size of the window in CSS pixels, and whether its user wants it dark. */
  public void resize(int width, int height, boolean dark) {
    ask(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    ask(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** Opens a page; returns before it is loaded. */
  public void open(String address) {
    ask("Page.navigate", Map.of("url", address));
  }

  /** The value of an expression in the page. */
  public JsonNode value(String expression) {
    JsonNode answer =
        ask(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(answer.get("exceptionDetails").toString());
    }
    return answer.at("/result/value");
  }

  /** Waits until an expression in the page is true. */
  public void await(Duration atMost, String expression) {
    Poll.until(atMost, LOOK, () -> value("Boolean(" + expression + ")").asBoolean());
  }

  /** Presses and releases a key: Tab, Enter, Escape or the space. */
  public void press(String key) {
    ObjectNode event =
        JsonNodeFactory.instance
            .objectNode()
            .put("key", key)
            .put("code", key)
            .put("windowsVirtualKeyCode", KEYS.getOrDefault(key, 0));
    if (key.equals("Enter")) {
      event.put("text", "\r");
    }
    ask("Input.dispatchKeyEvent", event.deepCopy().put("type", "keyDown"));
    ask("Input.dispatchKeyEvent", event.put("type", "keyUp"));
  }

  /** What a screen reader is given: roles and names, in the order of the page. */
  public JsonNode accessibility() {
    return ask("Accessibility.getFullAXTree", Map.of()).path("nodes");
  }

  /** A picture of the window, as PNG. */
  public byte[] picture() {
    JsonNode answer = ask("Page.captureScreenshot", Map.of("format", "png"));
    return Base64.getDecoder().decode(answer.path("data").asText());
  }

  /** Every address that was asked for. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** What stands in the console: refused content, scripts that failed. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  private JsonNode ask(String method, Object parameters) {
    int id = ids.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    asked.put(id, answer);
    ObjectNode question = JsonNodeFactory.instance.objectNode().put("id", id).put("method", method);
    question.set("params", JSON.valueToTree(parameters));
    try {
      socket.sendText(question.toString(), true).join();
      return answer.get(ANSWERS_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("chromium does not answer " + method, e);
    } finally {
      asked.remove(id);
    }
  }

  private void heard(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = asked.get(message.get("id").asInt());
      if (answer != null) {
        answer.complete(message.has("error") ? message.get("error") : message.path("result"));
      }
      return;
    }
    switch (message.path("method").asText()) {
      case "Network.requestWillBeSent" -> requests.add(message.at("/params/request/url").asText());
      case "Log.entryAdded" -> complaints.add(message.at("/params/entry").toString());
      case "Runtime.exceptionThrown" -> complaints.add(message.path("params").toString());
      default -> {}
    }
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("chromium sent no JSON", e);
    }
  }

  /** The messages of the window, put together from their pieces. */
  private static final class Messages implements WebSocket.Listener {

    private final Chromium chromium;
    private final StringBuilder text = new StringBuilder();

    Messages(Chromium chromium) {
      this.chromium = chromium;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        chromium.heard(read(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
