package dev.ringpost.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The live page as a browser meets it, over HTTP. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class LivePageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String STREAM = "/page.events";

  /** More than the buffers between a worker and a reader hold. */
  private static final int HUGE = 32 << 20;

  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicReference<String> filler = new AtomicReference<>("");
  private final HttpClient client = HttpClient.newHttpClient();
  private final AdminServer server;

  LivePageTest() throws IOException {
    server =
        AdminServer.start(
            "127.0.0.1",
            0,
            _ -> "ringpost_invites_total 7\n",
            List::of,
            () -> new Readiness.State(List.of(), List.of()),
            Optional.of(
                () -> "{\"look\":" + looks.incrementAndGet() + ",\"filler\":\"" + filler + "\"}"));
  }

  @AfterEach
  void close() {
    server.close();
    client.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page.css", "/page.js", "/page.json", STREAM, "/metrics", "/no"})
  void everyAnswerForbidsABrowserWhatThePageDoesNotNeed(String path) throws Exception {
    HttpResponse<InputStream> response = open(path);

    assertThat(header(response, "Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
        .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
        .doesNotContain("unsafe", "*", "http");
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    response.body().close();
  }

  @Test
  void thePageLoadsNothingFromElsewhereAndHasNoScriptOrStyleInIt() throws Exception {
    String html = get("/").body();

    assertThat(html).startsWith("<!doctype html>");
    assertThat(html).doesNotContain("http:", "https:", "//", "<style", "style=", "<script>");
    assertThat(Pattern.compile("\\son\\w+=").matcher(html).find()).isFalse();
    for (String path : List.of("/page.css", "/page.js")) {
      assertThat(get(path).body().replace("http://www.w3.org/2000/svg", ""))
          .doesNotContain("http:", "https:", "@import", "url(", "innerHTML", "eval(");
    }
    assertThat(header(open("/page.js"), "Content-Type")).startsWith("text/javascript");
  }

  @Test
  void theNewestSnapshotIsThereForWhoHasNoBrowser() throws Exception {
    await().atMost(PATIENCE).until(() -> get("/page.json").statusCode() == 200);

    assertThat(get("/page.json").body()).startsWith("{\"look\":").endsWith("}\n");
  }

  @Test
  void nothingCanBeWrittenThroughIt() throws Exception {
    for (String path : List.of("/", "/page.json", STREAM)) {
      var post = request(path).POST(HttpRequest.BodyPublishers.ofString("x")).build();
      assertThat(client.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }
  }

  @Test
  void aStreamSendsEachSnapshotOnce() throws Exception {
    try (BufferedReader lines = reader(open(STREAM))) {
      assertThat(lines.readLine()).isEqualTo("retry: 500");
      assertThat(numbers(lines, 3)).isSorted().doesNotHaveDuplicates();
    }
  }

  /** A look asks all meters, so eight windows may cost no more than one. */
  @Test
  void aSnapshotIsTakenOnceForAllStreams() throws Exception {
    List<BufferedReader> streams = new ArrayList<>();
    for (int i = 0; i < LiveStreams.MAX_STREAMS; i++) {
      streams.add(reader(open(STREAM)));
    }
    int before = looks.get();

    await().atMost(PATIENCE).until(() -> looks.get() >= before + 2);
    List<List<Integer>> seen = new ArrayList<>();
    for (BufferedReader stream : streams) {
      seen.add(numbers(stream, 3));
      stream.close();
    }

    // eight streams that took a look of their own would be far ahead of one look a second
    assertThat(seen.stream().flatMap(List::stream).distinct().toList())
        .hasSizeLessThanOrEqualTo(3 + LiveStreams.MAX_STREAMS);
    int most = seen.stream().flatMap(List::stream).max(Integer::compare).orElseThrow();
    assertThat(most - before).isLessThan(2 * LiveStreams.MAX_STREAMS);
  }

  @Test
  void oneStreamTooManyIsToldSoAndGetsThePlaceOfOneThatEnded() throws Exception {
    List<HttpResponse<InputStream>> streams = new ArrayList<>();
    for (int i = 0; i < LiveStreams.MAX_STREAMS; i++) {
      streams.add(open(STREAM));
    }

    HttpResponse<String> refused = get(STREAM);

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("all 8 streams", "/page.json");
    assertThat(get("/").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").statusCode()).isEqualTo(200);
    streams.getFirst().body().close();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(statusOf(STREAM)).isEqualTo(200));
  }

  /** Else eight clients that read nothing would keep everybody from the page. */
  @Test
  void aReaderThatReadsNothingIsCutOffAndHarmsNobody() throws Exception {
    filler.set("x".repeat(HUGE));
    try (Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4096);
      deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      deaf.getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .formatted(STREAM)
                  .getBytes(StandardCharsets.US_ASCII));
      await().atMost(PATIENCE).until(() -> server.freeStreams() < LiveStreams.MAX_STREAMS);
      long began = System.nanoTime();

      await().atMost(PATIENCE).until(() -> server.freeStreams() == LiveStreams.MAX_STREAMS);

      // by the bound on a write, not by the one on a whole stream
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LiveStreams.LONGEST);
    }
    filler.set("");
    assertThat(get("/metrics").statusCode()).isEqualTo(200);
  }

  @Test
  void aStreamEndsByItselfBeforeTheServerWouldCutIt() throws Exception {
    Duration serverCutsAfter = Duration.ofSeconds(30);
    try (BufferedReader lines = reader(open(STREAM))) {
      Stream<String> all = lines.lines();

      // one a second; the end is the stream's own, for a cut would be an exception here
      assertThat(all.filter(line -> line.startsWith("data: ")).count())
          .isBetween(2L, serverCutsAfter.toSeconds());
    }
    assertThat(LiveStreams.LONGEST).isLessThan(serverCutsAfter);
  }

  @Test
  void thePageOfTheDocsNamesTheBounds() throws Exception {
    String page = Files.readString(Path.of("docs", "page.md")).replaceAll("\\s+", " ");

    assertThat(page)
        .contains(
            "At most %d streams are open at once".formatted(LiveStreams.MAX_STREAMS),
            "A stream ends after %d s".formatted(LiveStreams.LONGEST.toSeconds()),
            "more than %d s over one snapshot".formatted(LiveStreams.SLOW_AFTER.toSeconds()));
    assertThat(get("/page.js").body()).contains("FULL_AGAIN = 10000;");
  }

  private static List<Integer> numbers(BufferedReader lines, int count) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    while (numbers.size() < count) {
      String line = lines.readLine();
      assertThat(line).as("the stream goes on").isNotNull();
      if (line.startsWith("data: ")) {
        numbers.add(Integer.parseInt(line.replaceAll("\\D+(\\d+).*", "$1")));
      }
    }
    return numbers;
  }

  private int statusOf(String path) throws Exception {
    HttpResponse<InputStream> response = open(path);
    response.body().close();
    return response.statusCode();
  }

  private static BufferedReader reader(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private HttpResponse<InputStream> open(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofInputStream());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }
}
