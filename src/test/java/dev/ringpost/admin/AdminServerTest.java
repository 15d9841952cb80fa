package dev.ringpost.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {

  private final List<String> stuck = new CopyOnWriteArrayList<>();
  private final List<String> notReady = new CopyOnWriteArrayList<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final AdminServer server;

  AdminServerTest() throws IOException {
    server =
        AdminServer.start(
            "127.0.0.1",
            0,
            format -> "ringpost_invites_total 7 in " + format + "\n",
            () -> stuck,
            () -> new Readiness.State(notReady, notes));
  }

  @AfterEach
  void close() {
    server.close();
    client.close();
  }

  @Test
  void metricsComeAsPrometheusReadsThem() throws Exception {
    HttpResponse<String> response = get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body()).isEqualTo("ringpost_invites_total 7 in PROMETHEUS\n");
  }

  @Test
  void whoAsksForOpenMetricsGetsThem() throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                .header("Accept", "application/openmetrics-text; version=1.0.0")
                .build(),
            BodyHandlers.ofString());

    assertThat(response.headers().firstValue("Content-Type"))
        .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(response.body()).isEqualTo("ringpost_invites_total 7 in OPEN_METRICS\n");
  }

  @Test
  void aTurningWorkerIsAlive() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void aStuckLoopIsNamed() throws Exception {
    stuck.add("the invite loop has not turned for 31 s");

    HttpResponse<String> response = get("/livez");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("stuck\nthe invite loop has not turned for 31 s\n");
  }

  @Test
  void aReadyWorkerSaysSo() throws Exception {
    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body()).isEqualTo("{\"ready\":true,\"notReady\":[],\"notes\":[]}\n");
  }

  @Test
  void whatIsNotReadyIsNamed() throws Exception {
    notReady.add("token view is loading: 120000 of 500000");

    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body())
        .isEqualTo(
            "{\"ready\":false,\"notReady\":[\"token view is loading: 120000 of"
                + " 500000\"],\"notes\":[]}\n");
  }

  @Test
  void whatNeedsAHandIsNotedAndTheWorkerStaysReady() throws Exception {
    notes.add("Kafka has accepted no records for call-push-results");

    HttpResponse<String> response = get("/readyz");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"ready\":true,\"notReady\":[],"
                + "\"notes\":[\"Kafka has accepted no records for call-push-results\"]}\n");
  }

  @Test
  void anotherPathIsToldWhatThereIs() throws Exception {
    HttpResponse<String> response = get("/");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("/metrics", "/livez", "/readyz");
  }

  /** It shows more than health does, so whoever opens the port must want it. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "/page.css", "/page.js", "/page.json", "/page.events"})
  void theLivePageIsOffUnlessItIsAskedFor(String path) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).doesNotContain("page");
  }

  @Test
  void headHasNoBody() throws Exception {
    HttpResponse<String> response = send("/metrics", "HEAD");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Length")).contains("39");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void nothingCanBeChangedThroughIt() throws Exception {
    HttpResponse<String> response = send("/metrics", "POST");

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @Test
  void aBrokenClientHarmsNobody() throws Exception {
    for (String nonsense :
        List.of("GET /metr", "\0\0\0\r\n\r\n", "GET /metrics HTTP/1.1\r\n\r\n")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.setSoLinger(true, 0);
        socket.getOutputStream().write(nonsense.getBytes(StandardCharsets.ISO_8859_1));
      }
    }

    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void aMeterThatFailsIsAnErrorOfThisAnswerOnly() throws Exception {
    try (AdminServer failing =
        AdminServer.start(
            "127.0.0.1",
            0,
            _ -> {
              throw new IllegalStateException("no meters");
            },
            List::of,
            AdminServerTest::ready)) {
      assertThat(get(failing, "/metrics").statusCode()).isEqualTo(500);
      assertThat(get(failing, "/livez").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aTakenPortIsNamedWithItsSetting() {
    assertThatThrownBy(
            () ->
                AdminServer.start(
                        "127.0.0.1", server.port(), _ -> "", List::of, AdminServerTest::ready)
                    .close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("admin.host 127.0.0.1 with admin.port " + server.port())
        .hasMessageContaining("free the port");
  }

  @Test
  void aHostThatIsNotOursIsNamedToo() {
    assertThatThrownBy(
            () ->
                AdminServer.start("no.such.invalid", 0, _ -> "", List::of, AdminServerTest::ready)
                    .close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("admin.host no.such.invalid");
  }

  private static Readiness.State ready() {
    return new Readiness.State(List.of(), List.of());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(server, path);
  }

  private HttpResponse<String> get(AdminServer from, String path) throws Exception {
    return client.send(request(from, path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String path, String method) throws Exception {
    return client.send(
        request(server, path).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(AdminServer from, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from.port() + path));
  }
}
