package dev.ringpost.gateway;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.telemetry.GatewayMeters;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The one place where a request finds its endpoint. Who has no token learns nothing of what is
 * there. Safe for many threads.
 */
final class Routes implements JettyDoor.Answers {

  /** A route as the metrics and the description in OpenAPI name it. */
  enum Route {
    POST_INVITE("POST", "/v1/invites"),
    POST_SIGNAL("POST", "/v1/signals"),
    PUT_TOKEN("PUT", "/v1/tokens/{user}/{device}"),
    /** The same for clients that know no PUT, as Kamailio's {@code http_client}. */
    POST_TOKEN("POST", "/v1/tokens/{user}/{device}"),
    DELETE_TOKEN("DELETE", "/v1/tokens/{user}/{device}"),
    PUT_ALERT("PUT", "/v1/tokens/{user}/{device}/alert"),
    POST_ALERT("POST", "/v1/tokens/{user}/{device}/alert"),
    DELETE_ALERT("DELETE", "/v1/tokens/{user}/{device}/alert"),
    GET_CALL("GET", "/v1/calls/{callId}"),
    GET_EVENTS("GET", "/v1/calls/{callId}/events");

    private final String method;
    private final String path;

    Route(String method, String path) {
      this.method = method;
      this.path = path;
    }

    String method() {
      return method;
    }

    String path() {
      return path;
    }

    private boolean fits(List<String> asked) {
      List<String> segments = List.of(path.substring(1).split("/", -1));
      if (asked.size() != segments.size()) {
        return false;
      }
      for (int i = 0; i < asked.size(); i++) {
        if (!segments.get(i).startsWith("{") && !segments.get(i).equals(asked.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  private final Optional<BearerTokens> tokens;
  private final InviteEndpoint invites;
  private final SignalEndpoint signals;
  private final TokenEndpoint registrations;
  private final CallEndpoint calls;
  private final GatewayMeters meters;

  Routes(
      Optional<BearerTokens> tokens,
      InviteEndpoint invites,
      SignalEndpoint signals,
      TokenEndpoint registrations,
      CallEndpoint calls,
      GatewayMeters meters) {
    this.tokens = tokens;
    this.invites = invites;
    this.signals = signals;
    this.registrations = registrations;
    this.calls = calls;
    this.meters = meters;
  }

  /**
   * The refusal of who has no token. Where none is asked for, anybody on this machine may call, and
   * so might any page in a browser on it: browsers tell by {@code Origin} that a page asks.
   */
  @Override
  public Optional<HttpAnswer> refusal(Map<String, String> headers) {
    if (tokens.isPresent()) {
      return tokens.get().allow(Optional.ofNullable(headers.get("authorization")))
          ? Optional.empty()
          : Optional.of(counted("none", unauthorized()));
    }
    return headers.containsKey("origin")
        ? Optional.of(counted("none", fromWebPage()))
        : Optional.empty();
  }

  private static HttpAnswer unauthorized() {
    return HttpAnswer.problem(
            401,
            "unauthorized",
            "the header Authorization must be Bearer and a token of gateway.bearer-tokens-file")
        .with("WWW-Authenticate", "Bearer");
  }

  private static HttpAnswer fromWebPage() {
    return HttpAnswer.problem(
        403,
        "from_a_web_page",
        "a request with the header Origin comes from a web page; write gateway.bearer-tokens-file"
            + " and send a token, or leave the header out");
  }

  /** Answers a request that was not refused. */
  @Override
  public HttpAnswer answer(HttpCall call) throws InterruptedException {
    List<Route> there =
        List.of(Route.values()).stream().filter(it -> it.fits(call.path())).toList();
    Optional<Route> route =
        there.stream().filter(it -> it.method().equals(call.method())).findFirst();
    if (route.isPresent()) {
      return counted(route.get().name().toLowerCase(Locale.ROOT), at(route.get(), call));
    }
    if (there.isEmpty()) {
      return counted(
          "none", HttpAnswer.problem(404, "unknown_path", "there is nothing under this path"));
    }
    String allowed = String.join(", ", there.stream().map(Route::method).toList());
    return counted(
        "none",
        HttpAnswer.problem(405, "other_method", "this path accepts " + allowed)
            .with("Allow", allowed));
  }

  private HttpAnswer at(Route route, HttpCall call) throws InterruptedException {
    try {
      return switch (route) {
        case POST_INVITE -> invites.post(call);
        case POST_SIGNAL -> signals.post(call);
        case PUT_TOKEN, POST_TOKEN -> registrations.put(call, DeviceKey.Kind.VOIP);
        case DELETE_TOKEN -> registrations.delete(call, DeviceKey.Kind.VOIP);
        case PUT_ALERT, POST_ALERT -> registrations.put(call, DeviceKey.Kind.ALERT);
        case DELETE_ALERT -> registrations.delete(call, DeviceKey.Kind.ALERT);
        case GET_CALL -> calls.get(new CallId(call.path().get(2)));
        case GET_EVENTS -> calls.events(new CallId(call.path().get(2)), call);
      };
    } catch (IllegalArgumentException e) {
      return HttpAnswer.problem(400, "invalid_path", String.valueOf(e.getMessage()));
    }
  }

  private HttpAnswer counted(String route, HttpAnswer answer) {
    switch (answer) {
      case HttpAnswer.Whole whole -> meters.answered(route, whole.status());
      case HttpAnswer.Stream _ -> meters.answered(route, 200);
    }
    return answer;
  }
}
