package dev.ringpost.telemetry;

/** The meters of the ways to APNs. */
public enum ApnsMeterName implements MeterName {
  APNS_ANSWERS(
      MeterSpec.counter(
          "ringpost.apns.answers",
          "Answers of APNs by HTTP status and Apple's reason (unknown ones are 'other').",
          "environment",
          "status",
          "reason")),
  APNS_IN_FLIGHT(
      MeterSpec.gauge(
          "ringpost.apns.in.flight",
          "Pushes handed to a route's connections and not answered.",
          "app",
          "environment")),
  APNS_STREAM_LIMIT(
      MeterSpec.gauge(
          "ringpost.apns.stream.limit",
          "Pushes that a route may have in flight now: over its connections, the smaller of the"
              + " setting and what APNs announced.",
          "app",
          "environment")),
  APNS_CONNECTIONS_OPEN(
      MeterSpec.gauge(
          "ringpost.apns.connections.open",
          "Connections of a route that are open.",
          "app",
          "environment")),
  APNS_CONNECTIONS_REPLACED(
      MeterSpec.counter(
          "ringpost.apns.connections.replaced",
          "Connections given up for a new one, by reason.",
          "app",
          "environment",
          "reason")),
  APNS_GOAWAYS(
      MeterSpec.counter(
          "ringpost.apns.goaways",
          "Connections that APNs closed by GOAWAY, by the reason that it gave ('none' without"
              + " one).",
          "app",
          "environment",
          "reason")),
  APNS_ROUTE_DOWN(
      MeterSpec.gauge(
          "ringpost.apns.route.down",
          "1 while a route accepts no pushes and its devices go to the retry topic untried.",
          "app",
          "environment")),
  APNS_CANARY(
      MeterSpec.gauge(
          "ringpost.apns.canary",
          "1 if the last push to a token that no phone has proved the way for an app, 0 if not.",
          "app",
          "environment")),
  APNS_TRIED_AGAIN(
      MeterSpec.counter(
          "ringpost.apns.tried.again",
          "Devices tried again on another connection within one attempt: unanswered if the try"
              + " ended without an answer, spoiled if the answer was about its connection, hedge if"
              + " it waited for one.",
          "app",
          "environment",
          "why")),
  APNS_CREDENTIAL_EXPIRES(
      MeterSpec.gauge(
              "ringpost.apns.credential.expires",
              "Days until the certificate in use expires, negative once it has. Keys do not"
                  + " expire.",
              "app",
              "environment")
          .in("days")),
  APNS_CREDENTIAL_OUTDATED(
      MeterSpec.gauge(
          "ringpost.apns.credential.outdated",
          "1 while the files hold another credential than the one in use: it was refused, or APNs"
              + " could not be asked about it yet.",
          "app",
          "environment")),
  APNS_CREDENTIAL_RELOADS(
      MeterSpec.counter(
          "ringpost.apns.credential.reloads",
          "New credentials found in the files, by how that ended: moved to, refused, or untried"
              + " because APNs could not be asked.",
          "app",
          "environment",
          "end")),
  APNS_EXPORT_TOKEN_EXPIRES(
      MeterSpec.gauge(
              "ringpost.apns.export.token.expires",
              "Days until the last day of an app's token for Apple's data export, negative once"
                  + " that is over; NaN while its file is gone or names no day. Only where a worker"
                  + " has seen one in `apns.delivery-metrics.token-folder`.",
              "app")
          .in("days"));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  ApnsMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
