package dev.ringpost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void aCallOfWhichAsMuchAsCanBeIsRememberedIsStreamedWhole() throws Exception {
    try (var client = HttpClient.newHttpClient();
        var door = OpenDoor.with(Optional.empty(), 1)) {
      tell(door, 1, CallMemory.MAX_TOLD);
      HttpResponse<InputStream> stream =
          client.send(events(door.port()), BodyHandlers.ofInputStream());

      List<String> ids = ids(stream.body(), CallMemory.MAX_TOLD);
      assertThat(ids).hasSize(CallMemory.MAX_TOLD).startsWith("id: 3-1", "id: 3-2");

      tell(door, CallMemory.MAX_TOLD + 1, CallMemory.MAX_TOLD + 1);
      assertThat(ids(stream.body(), 1)).containsExactly("id: 3-" + (CallMemory.MAX_TOLD + 1));
      door.endStreams();
      var _ = stream.body().readAllBytes();
    }
  }

  /** By then more was told of the call than is remembered. */
  @Test
  void whoComesAgainGetsWhatIsBehindItsLastId() throws Exception {
    int all = 3 * CallMemory.MAX_TOLD / 2;
    try (var client = HttpClient.newHttpClient();
        var door = OpenDoor.with(Optional.empty(), 1)) {
      tell(door, 1, all);
      HttpRequest again =
          HttpRequest.newBuilder(events(door.port()), (_, _) -> true)
              .header("Last-Event-ID", "3-" + (all - 2))
              .build();
      HttpResponse<InputStream> stream = client.send(again, BodyHandlers.ofInputStream());

      assertThat(ids(stream.body(), 2)).containsExactly("id: 3-" + (all - 1), "id: 3-" + all);
      door.endStreams();
      var _ = stream.body().readAllBytes();
    }
  }

  /** Its stream ended with another gateway, of which this one knows nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"3-6", "2-900", "7"})
  void whoComesFromAnotherGatewayMissesNothing(String last) throws Exception {
    try (var client = HttpClient.newHttpClient();
        var door = OpenDoor.with(Optional.empty(), 1)) {
      HttpRequest again =
          HttpRequest.newBuilder(events(door.port()), (_, _) -> true)
              .header("Last-Event-ID", last)
              .build();
      HttpResponse<InputStream> stream = client.send(again, BodyHandlers.ofInputStream());
      tell(door, 7, 7);

      assertThat(ids(stream.body(), 1)).containsExactly("id: 3-7");
      door.endStreams();
      var _ = stream.body().readAllBytes();
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

  private static void tell(OpenDoor door, int first, int last) {
    for (int offset = first; offset <= last; offset++) {
      var place = new Told.Place(0, offset);
      door.told(
          new Told(new CallId("some-call"), "alice", place, true, "accepted", "{}"),
          new Told.Place(3, offset));
    }
  }

  /** The next lines that are ids. */
  private static List<String> ids(InputStream stream, int count) throws IOException {
    List<String> ids = new ArrayList<>();
    var line = new StringBuilder();
    while (ids.size() < count) {
      int next = stream.read();
      if (next < 0) {
        break;
      }
      if (next != '\n') {
        line.append((char) next);
        continue;
      }
      if (line.indexOf("id: ") == 0) {
        ids.add(line.toString());
      }
      line.setLength(0);
    }
    return ids;
  }

  private static HttpRequest events(int port) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/v1/calls/some-call/events"))
        .timeout(SOON)
        .build();
  }
}
