package dev.ringpost.telemetry;

/** The meters of the gateway. */
public enum GatewayMeterName implements MeterName {
  READY(
      MeterSpec.gauge(
          "ringpost.gateway.ready", "1 while the gateway is ready; 0 while `/readyz` says no.")),
  REQUESTS(
      MeterSpec.counter(
          "ringpost.gateway.requests",
          "Requests to the gateway, by route and HTTP status; those that fit no route, and those"
              + " without a token, have the route 'none'.",
          "route",
          "status")),
  VERDICT(
      MeterSpec.timer(
          "ringpost.gateway.verdict",
          "From the reading of a posted invite to its verdict, where one came in time.")),
  WAITING(
      MeterSpec.gauge(
          "ringpost.gateway.waiting",
          "Clients that wait at the gateway: for a verdict, for Kafka, or on a stream of events.")),
  WAITING_LIMIT(
      MeterSpec.gauge(
          "ringpost.gateway.waiting.limit",
          "Clients that may wait at once: `gateway.max-waiting`.")),
  STREAMS(
      MeterSpec.gauge(
          "ringpost.gateway.streams",
          "Streams of events that are open; each is one of the clients that wait.")),
  REMEMBERED(
      MeterSpec.gauge(
          "ringpost.gateway.calls.remembered", "Calls whose verdicts the gateway remembers.")),
  UNREADABLE(
      MeterSpec.counter(
          "ringpost.gateway.results.unreadable",
          "Offsets of the results that could not be read and were passed, by who read them:"
              + " `verdicts` for clients that wait, or `webhook`.",
          "reader")),
  WEBHOOKS(
      MeterSpec.counter(
          "ringpost.gateway.webhooks",
          "Tries to tell a final verdict to the webhook, by how they ended: told, tried_again or"
              + " dropped.",
          "end")),
  WEBHOOK_BEHIND(
      MeterSpec.gauge(
              "ringpost.gateway.webhook.behind",
              "Age of the oldest final verdict that was read for the webhook and is not told yet; 0"
                  + " if all are.")
          .in("seconds")),
  REMOVED(
      MeterSpec.counter(
          "ringpost.gateway.results.removed",
          "Offsets of the results that Kafka had removed (retention.ms) before they were read for"
              + " the webhook."));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  GatewayMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
