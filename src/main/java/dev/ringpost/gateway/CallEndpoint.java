package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import java.net.URLEncoder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** {@code GET /v1/calls/{callId}} and its stream of events. Safe for many threads. */
final class CallEndpoint {

  private final CallMemory memory;
  private final Semaphore places;

  /**
   * @param places one for each client that may wait
   */
  CallEndpoint(CallMemory memory, Semaphore places) {
    this.memory = memory;
    this.places = places;
  }

  /** The path of a call. */
  static String path(CallId call) {
    return "/v1/calls/" + URLEncoder.encode(call.value(), UTF_8).replace("+", "%20");
  }

  HttpAnswer get(CallId call) {
    Optional<List<Told>> told = memory.of(call);
    if (told.isEmpty()) {
      return HttpAnswer.problem(
          404,
          "unknown_call",
          "this gateway does not remember the call; it remembers the newest calls since its start");
    }
    String results = told.get().stream().map(Told::json).collect(Collectors.joining(","));
    return HttpAnswer.json(
        200, "{\"callId\":" + HttpAnswer.text(call.value()) + ",\"results\":[" + results + "]}");
  }

  HttpAnswer events(CallId call, HttpCall request) {
    String last = request.header("last-event-id").orElse("0");
    if (!last.matches(EventStreams.IDS)) {
      return HttpAnswer.problem(
          400, "invalid_last_event_id", "the header Last-Event-ID must be an id that was sent");
    }
    return places.tryAcquire()
        ? new HttpAnswer.Stream(call, EventStreams.place(last))
        : HttpAnswer.noPlace("come again");
  }
}
