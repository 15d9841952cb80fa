package dev.ringpost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of events as clients and metrics see them. */
@Timeout(60)
class EventStreamsTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void whoFindsNoPlaceIsToldSoAndCountedSo() throws Exception {
    try (var client = HttpClient.newHttpClient();
        var door = OpenDoor.with(Optional.empty(), 1)) {
      HttpResponse<InputStream> first =
          client.send(events(door.port()), BodyHandlers.ofInputStream());
      HttpResponse<String> second = client.send(events(door.port()), BodyHandlers.ofString());

      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(second.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(second.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(second.body()).contains("too_many_waiting", "come again");
      assertThat(door.answered("get_events", 200)).isEqualTo(1);
      assertThat(door.answered("get_events", 429)).isEqualTo(1);
      assertThat(door.openStreams()).isEqualTo(1);

      door.endStreams();
      assertThat(first.body().readAllBytes()).isNotEmpty();
      await().atMost(SOON).until(() -> door.freePlaces() == 1);
      assertThat(door.openStreams()).isZero();
    }
  }

  @Test
  void aWrongIdHoldsNoPlace() throws Exception {
    try (var door = OpenDoor.with(Optional.empty(), 1);
        var client = HttpClient.newHttpClient()) {
      HttpRequest wrong =
          HttpRequest.newBuilder(events(door.port()), (_, _) -> true)
              .header("Last-Event-ID", "none")
              .build();

      assertThat(client.send(wrong, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
      assertThat(door.freePlaces()).isEqualTo(1);
    }
  }

  private static HttpRequest events(int port) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/v1/calls/some-call/events"))
        .timeout(SOON)
        .build();
  }
}
