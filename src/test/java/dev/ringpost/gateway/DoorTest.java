package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that reach no route: without a token, or from a web page where none is asked for. */
@Timeout(60)
class DoorTest {

  private static final int SOON_MILLIS = 20_000;
  private static final String TOKEN = "hunter2-hunter2-hunter2-hunter2-";
  private static final String INVITE =
      "{\"callId\":\"c1\",\"callee\":\"alice\",\"caller\":{\"uri\":\"sip:bob@example.com\"}}";

  private static final String HEADERS =
      "POST /v1/invites HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";

  /** What a request is answered with that reaches its route, where no Kafka is. */
  private static final int NOT_STORED = 503;

  @TempDir private Path folder;

  /** Who has none must not make the gateway hold bodies. */
  @Test
  void aTokenIsLookedAtBeforeABodyIsRead() throws Exception {
    try (var door = OpenDoor.guarded(tokens());
        var client = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
      client.setSoTimeout(SOON_MILLIS);
      client.getOutputStream().write(HEADERS.getBytes(US_ASCII));
      var answer = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));

      assertThat(answer.readLine()).startsWith("HTTP/1.1 401");
      assertThat(door.answered("none", 401)).isEqualTo(1);
    }
  }

  /** A page may post a form, or plain text, to this machine without asking it first. */
  @Test
  void whereNoTokenIsAskedForAWebPageReachesNoRoute() throws Exception {
    try (var client = HttpClient.newHttpClient();
        var door = OpenDoor.with(Optional.empty(), 1)) {
      HttpRequest.Builder ofPage =
          invite(door.port()).header("Content-Type", "text/plain").header("Origin", "null");
      HttpResponse<String> answer = client.send(ofPage.build(), BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("from_a_web_page", "Origin", "bearer-tokens-file");
      assertThat(door.answered("none", 403)).isEqualTo(1);
    }
  }

  /** As {@code curl -d} sends it. */
  @Test
  void whoIsNoWebPageNeedsNoContentType() throws Exception {
    try (var client = HttpClient.newHttpClient();
        var door = OpenDoor.with(Optional.empty(), 1)) {
      HttpRequest.Builder ofCurl =
          invite(door.port()).header("Content-Type", "application/x-www-form-urlencoded");

      assertThat(client.send(ofCurl.build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(NOT_STORED);
    }
  }

  @Test
  void whoeverHasATokenMayBeAWebPage() throws Exception {
    try (var client = HttpClient.newHttpClient();
        var door = OpenDoor.guarded(tokens())) {
      HttpRequest.Builder ofPage =
          invite(door.port())
              .header("Authorization", "Bearer " + TOKEN)
              .header("Origin", "https://calls.example.com");

      assertThat(client.send(ofPage.build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(NOT_STORED);
    }
  }

  private Path tokens() throws IOException {
    return Files.writeString(folder.resolve("tokens"), TOKEN + "\n");
  }

  private static HttpRequest.Builder invite(int port) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/invites?wait=0"))
        .timeout(Duration.ofMillis(SOON_MILLIS))
        .POST(BodyPublishers.ofString(INVITE));
  }
}
