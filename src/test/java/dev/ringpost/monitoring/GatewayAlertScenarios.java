package dev.ringpost.monitoring;

import java.util.List;

/** The scenarios for the alerts about gateways, snapshots and synthetic calls. */
final class GatewayAlertScenarios {

  private static final String READY = "ringpost_gateway_ready";
  private static final String OF_GATEWAYS =
      "{namespace=\"calls\", job=\"ringpost-gateway\", pod=\"%s\"}";
  private static final String STORED =
      "ringpost_gateway_requests_total{route=\"post_invite\", status=\"200\"} ";
  private static final String NOT_STORED =
      "ringpost_gateway_requests_total{route=\"post_invite\", status=\"503\"} ";
  private static final String FULL =
      "ringpost_gateway_requests_total{route=\"get_events\", status=\"429\"} ";
  private static final String DROPPED = "ringpost_gateway_webhooks_total{end=\"dropped\"} ";
  private static final String REMOVED = "ringpost_gateway_results_removed_total{} ";
  private static final String WEBHOOK_BEHIND = "ringpost_gateway_webhook_behind_seconds{} ";
  private static final String UNREADABLE = "ringpost_gateway_results_unreadable_total";
  private static final String CALLS_FAILED = "ringpost_synthetic_rounds_failed{} ";
  private static final String CALL_AGE = "ringpost_synthetic_age_seconds{} ";
  private static final String WRITES_FAILED =
      "ringpost_view_snapshot_writes_total{view=\"tokens\",end=\"failed\"} ";
  private static final String WRITTEN = WRITES_FAILED.replace("failed", "written");
  private static final String INTERVAL =
      "ringpost_view_snapshot_interval_seconds{view=\"tokens\"} ";
  private static final String AGE = "ringpost_view_snapshot_age_seconds{view=\"tokens\"} ";

  static final List<Scenario> ALL =
      List.of(
          new Scenario(
              "RingpostNoGatewayReady",
              "5m",
              List.of(READY + "{} 0x5", "ringpost_ready{} 1x5"),
              List.of(READY + "{} 1x5", READY + "{pod=\"b\"} 0x5")),
          new Scenario(
              "RingpostNoGatewayReady",
              "10m",
              List.of(READY + "{} 1x5 stale"),
              List.of(READY + "{} 0x10", "ringpost_kafka_reachable{} 0x10")),
          // who has no gateway hears nothing of gateways, and gateways do not stand for workers
          new Scenario(
              "RingpostNoWorkerReady",
              "5m",
              List.of(READY + OF_GATEWAYS.formatted("a") + " 1x5"),
              List.of(READY + OF_GATEWAYS.formatted("a") + " 0x5", "ringpost_ready{} 1x5")),
          new Scenario(
              "RingpostGatewayNotStored",
              "10m",
              List.of(STORED + "0+90x10", NOT_STORED + "0+10x10"),
              List.of(STORED + "0+990x10", NOT_STORED + "0+10x10")),
          new Scenario(
              "RingpostGatewayNotStored",
              "10m",
              List.of(STORED + "0x10", NOT_STORED + "0+10x10"),
              List.of(NOT_STORED + "0+10x10", "ringpost_kafka_reachable{} 0x10")),
          new Scenario(
              "RingpostGatewayFull", "10m", List.of(FULL + "0+1x10"), List.of(FULL + "0x5 3x5")),
          new Scenario(
              "RingpostWebhookDropped",
              "10m",
              List.of(DROPPED + "0x5 1x5"),
              List.of(DROPPED + "0x10", DROPPED.replace("dropped", "tried_again") + "0+5x10")),
          new Scenario(
              "RingpostWebhookDropped",
              "10m",
              List.of(REMOVED + "0x5 212x5"),
              List.of(REMOVED + "212x10")),
          // it catches up
          new Scenario(
              "RingpostWebhookBehind",
              "10m",
              List.of(WEBHOOK_BEHIND + "61+60x10"),
              List.of(WEBHOOK_BEHIND + "0x2 400x3 0x5")),
          new Scenario(
              "RingpostResultsUnreadable",
              "10m",
              List.of(UNREADABLE + "{reader=\"webhook\"} 0x5 3x5"),
              List.of(UNREADABLE + "{reader=\"webhook\"} 0x10")),
          new Scenario(
              "RingpostSyntheticCallsFail",
              "10m",
              List.of(CALLS_FAILED + "0 1 2 3 4 5 6 7 8 9 10", CALL_AGE + "0+60x10"),
              List.of(CALLS_FAILED + "0 1 2 0 1 2 0 1 2 0 1", CALL_AGE + "0x10")),
          new Scenario(
              "RingpostSyntheticCallsFail",
              "10m",
              List.of(CALLS_FAILED + "0x5 stale", CALL_AGE + "0x5 stale"),
              List.of(CALLS_FAILED + "3x10", "ringpost_kafka_reachable{} 0x10")),
          // each worker by its own interval: what is old at 5 min is young at a day
          new Scenario(
              "RingpostSnapshotOld",
              "15m",
              List.of(AGE + "3960+60x15", INTERVAL + "300x15"),
              List.of(AGE + "2400+60x15", INTERVAL + "300x15")),
          new Scenario(
              "RingpostSnapshotOld",
              "15m",
              List.of(AGE + "90060+60x15", INTERVAL + "86400x15"),
              List.of(AGE + "86400+60x15", INTERVAL + "86400x15")),
          // Kafka's client tries one record for two minutes before it says that it failed
          new Scenario(
              "RingpostOutputsRefused",
              "10m",
              List.of(
                  "ringpost_outputs_total{kind=\"dead_letter\", end=\"tried_again\"} 0x2 1x2 2x2"
                      + " 3x2",
                  "ringpost_outputs_total{kind=\"dead_letter\", end=\"stored\"} 7x10",
                  "ringpost_outputs_waiting{kind=\"dead_letter\"} 1x10"),
              List.of(
                  "ringpost_outputs_total{kind=\"dead_letter\", end=\"tried_again\"} 0x10",
                  "ringpost_outputs_total{kind=\"dead_letter\", end=\"stored\"} 7+30x10",
                  "ringpost_outputs_waiting{kind=\"dead_letter\"} 1x10")),
          // one that never wrote any has no age; one that writes again is well
          new Scenario(
              "RingpostSnapshotOld",
              "30m",
              List.of(AGE + "NaN ".repeat(31), WRITES_FAILED + "0+1x30", WRITTEN + "0x30"),
              List.of(AGE + "NaN ".repeat(31), WRITES_FAILED + "0+1x30", WRITTEN + "0+1x30")));

  private GatewayAlertScenarios() {}
}
