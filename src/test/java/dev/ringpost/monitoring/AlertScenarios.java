package dev.ringpost.monitoring;

import java.util.List;

/** The scenarios for each alert: what it fires at, and what is like it and of no concern. */
final class AlertScenarios {

  static final String KEPT = "ringpost_objective_total{end=\"kept\"} ";
  static final String MISSED = "ringpost_objective_total{end=\"missed\"} ";
  private static final String APPLE = "ringpost_objective_total{end=\"apple\"} ";
  private static final String EXPIRES = "ringpost_apns_credential_expires_days";
  private static final String EXPORT = "ringpost_apns_export_token_expires_days";
  private static final String BAD = "ringpost_pushes_total";
  private static final String CANARY = "ringpost_apns_canary";
  private static final String RANG = "ringpost_ring_verdicts_total{verdict=\"rang\"} ";
  private static final String MISSED_CALLS = "ringpost_missed_calls_total";
  private static final String SILENT = "ringpost_ring_verdicts_total{verdict=\"silent\"} ";
  private static final String OUTDATED = "ringpost_apns_credential_outdated";

  static final List<Scenario> ALL =
      List.of(
          new Scenario(
              "RingpostBudgetBurnsFast",
              "70m",
              List.of(KEPT + "0+980x70", MISSED + "0+20x70"),
              List.of(KEPT + "0+990x70", MISSED + "0+10x70")),
          new Scenario(
              "RingpostBudgetBurns",
              "3h",
              List.of(KEPT + "0+990x180", MISSED + "0+10x180"),
              List.of(KEPT + "0+1000x180", MISSED + "0+5x180")),
          new Scenario(
              "RingpostBudgetBurnsSlowly",
              "3h",
              List.of(KEPT + "0+1000x180", MISSED + "0+2x180"),
              List.of(KEPT + "0+1000x180", MISSED + "0x90 1x90")),
          new Scenario(
              "RingpostApplesOutage",
              "20m",
              List.of(KEPT + "0+90x20", MISSED + "0x20", APPLE + "0+10x20"),
              List.of(KEPT + "0+99x20", MISSED + "0x20", APPLE + "0+1x20")),
          new Scenario(
              "RingpostNoWorkerReady",
              "5m",
              List.of("ringpost_ready{} 0x5"),
              List.of("ringpost_ready{} 1x5", "ringpost_ready{pod=\"b\"} 0x5")),
          new Scenario(
              "RingpostNoWorkerReady", "5m", List.of("up{} 0x5"), List.of("ringpost_ready{} 1x5")),
          new Scenario(
              "RingpostNoWorkerReady",
              "10m",
              List.of(
                  "ringpost_ready{} 1x5 stale",
                  "ringpost_ready{namespace=\"staging\", job=\"ringpost\"} 1x10"),
              List.of(
                  "ringpost_ready{pod=\"old\"} 1x5 stale", "ringpost_ready{pod=\"new\"} _x4 1x6")),
          new Scenario(
              "RingpostWorkerNotReady",
              "12m",
              List.of("ringpost_ready{} 0x12"),
              List.of("ringpost_ready{} 0x5 1x7")),
          new Scenario(
              "RingpostOldestUnsettled",
              "5m",
              List.of("ringpost_invites_oldest_unsettled_seconds{source=\"invites\"} 0+60x5"),
              List.of(
                  "ringpost_invites_oldest_unsettled_seconds{source=\"invites\"} 4x5",
                  "ringpost_invites_oldest_unsettled_seconds{source=\"retries\"} 60x5")),
          new Scenario(
              "RingpostPartitionWithoutOwner",
              "15m",
              List.of(
                  "ringpost_partitions{source=\"invites\", pod=\"a\"} 6x15",
                  "ringpost_partitions{source=\"invites\", pod=\"b\"} 6x10 0x5"),
              List.of(
                  "ringpost_partitions{source=\"invites\", pod=\"a\"} 6x10 12x5",
                  "ringpost_partitions{source=\"invites\", pod=\"b\"} 6x11 0x4")),
          new Scenario(
              "RingpostPartitionsWereDeaf",
              "10m",
              List.of(
                  "ringpost_partition_ownerless_seconds_max{source=\"invites\", pod=\"a\"} 0x10",
                  "ringpost_partition_ownerless_seconds_max{source=\"invites\", pod=\"b\"} _x3 44x2"
                      + " 0x4"),
              List.of(
                  "ringpost_partition_ownerless_seconds_max{source=\"invites\"} 0x3 6.1x2 0x5",
                  "ringpost_partition_ownerless_seconds_max{source=\"retries\"} 0x3 44x2 0x5")),
          new Scenario(
              "RingpostPartitionBlocked",
              "5m",
              List.of(
                  "ringpost_partitions_blocked{source=\"invites\", obstacle=\"record\", pod=\"a\"}"
                      + " 0x5",
                  "ringpost_partitions_blocked{source=\"invites\", obstacle=\"record\", pod=\"b\"}"
                      + " 0 1x4"),
              List.of(
                  "ringpost_partitions_blocked{source=\"invites\", obstacle=\"start\"} 0x2 1 0x2",
                  "ringpost_partitions_blocked{source=\"retries\", obstacle=\"rights\"} 0x5")),
          new Scenario(
              "RingpostPartitionBlocked",
              "10m",
              List.of("ringpost_partition_blocks_total{source=\"invites\"} 0+1x10"),
              List.of("ringpost_partition_blocks_total{source=\"invites\"} 0x4 1x2 2x4")),
          new Scenario(
              "RingpostApnsRouteDown",
              "5m",
              List.of(
                  "ringpost_apns_connections_open{app=\"a.b\", environment=\"production\"} 0x5",
                  "ringpost_apns_connections_open{app=\"a.b\", environment=\"sandbox\"} 2x5"),
              List.of(
                  "ringpost_apns_connections_open{app=\"a.b\", environment=\"production\","
                      + " pod=\"a\"} 0x5",
                  "ringpost_apns_connections_open{app=\"a.b\", environment=\"production\","
                      + " pod=\"b\"} 1x5")),
          new Scenario(
              "RingpostCredentialExpires",
              "20m",
              List.of(
                  EXPIRES + "{app=\"a.b\", pod=\"a\"} 300x20",
                  EXPIRES + "{app=\"a.b\", pod=\"b\"} 29x20"),
              List.of(
                  EXPIRES + "{app=\"a.b\", pod=\"a\"} 31x20",
                  EXPIRES + "{app=\"c.d\", pod=\"a\"} 29x5 395x15")),
          new Scenario(
              "RingpostCredentialNearlyExpired",
              "20m",
              List.of(EXPIRES + "{app=\"a.b\"} -1x20"),
              List.of(EXPIRES + "{app=\"a.b\"} 4x20")),
          new Scenario(
              "RingpostExportTokenExpires",
              "20m",
              List.of(EXPORT + "{app=\"a.b\", pod=\"a\"} 29x20", EXPORT + "{app=\"c.d\"} 99x20"),
              List.of(EXPORT + "{app=\"a.b\"} 29x5 209x15", EXPORT + "{app=\"c.d\"} NaN 30x19")),
          new Scenario(
              "RingpostCredentialOutdated",
              "10m",
              List.of(
                  OUTDATED + "{app=\"a.b\", environment=\"production\", pod=\"a\"} 0x2 1x8",
                  OUTDATED + "{app=\"a.b\", environment=\"production\", pod=\"b\"} 0x10"),
              List.of(
                  OUTDATED + "{app=\"a.b\", environment=\"production\", pod=\"a\"} 0x6 1x1 0x3",
                  OUTDATED + "{app=\"a.b\", environment=\"production\", pod=\"b\"} 0x8 1x1 0x1")),
          new Scenario(
              "RingpostApnsRouteDown",
              "8m",
              "15s",
              // It is looked at every second, and sometimes just then.
              List.of(
                  "ringpost_apns_connections_open{app=\"a.b\", environment=\"production\"} 2x32",
                  "ringpost_apns_route_down{app=\"a.b\", environment=\"production\"} 0 0 "
                      + "1 1 0 ".repeat(10)),
              List.of(
                  "ringpost_apns_connections_open{app=\"a.b\", environment=\"production\"} 2x32",
                  "ringpost_apns_route_down{app=\"a.b\", environment=\"production\", pod=\"a\"}"
                      + " 1x32",
                  "ringpost_apns_route_down{app=\"a.b\", environment=\"production\", pod=\"b\"}"
                      + " 0x32")),
          new Scenario(
              "RingpostApnsRouteDown",
              "8m",
              "15s",
              List.of("ringpost_apns_route_down{app=\"a.b\", environment=\"production\"} 0x4 1x28"),
              // A route that is back after ten seconds: one scrape has seen it.
              List.of(
                  "ringpost_apns_connections_open{app=\"a.b\", environment=\"production\"} 2x7 0"
                      + " 2x24",
                  "ringpost_apns_route_down{app=\"a.b\", environment=\"production\"} 0x7 1 0x24")),
          new Scenario(
              "RingpostTokensRefused",
              "10m",
              List.of(
                  BAD + "{app=\"a.b\", outcome=\"bad_device_token\"} 0+60x10",
                  BAD + "{app=\"a.b\", outcome=\"accepted\"} 0+5x10",
                  BAD + "{app=\"c.d\", outcome=\"accepted\"} 0+600x10"),
              List.of(
                  BAD + "{app=\"a.b\", outcome=\"bad_device_token\"} 0+5x10",
                  BAD + "{app=\"a.b\", outcome=\"accepted\"} 0+60x10",
                  BAD + "{app=\"c.d\", outcome=\"bad_device_token\"} 0+1x10")),
          new Scenario(
              "RingpostRetriesStuck",
              "15m",
              List.of(
                  "ringpost_retries_total{retry=\"1\"} 0x5 0+6x10",
                  "ringpost_retry_lateness_seconds_count{} 0x15"),
              List.of(
                  "ringpost_retries_total{retry=\"1\"} 0x3 3x3 9x9",
                  "ringpost_retry_lateness_seconds_count{} 0x3 3x3 9x9")),
          new Scenario(
              "RingpostMissedCallsUntold",
              "15m",
              List.of(
                  "ringpost_partitions{source=\"missed-calls\", pod=\"a\"} 0x15",
                  "ringpost_partitions{source=\"missed-calls\", pod=\"b\"} 0x15"),
              List.of(
                  "ringpost_partitions{source=\"missed-calls\", pod=\"a\"} 0x15",
                  "ringpost_partitions{source=\"missed-calls\", pod=\"b\"} 6x15")),
          new Scenario(
              "RingpostMissedCallsForgotten",
              "30m",
              List.of(
                  MISSED_CALLS + "{end=\"forgotten\"} 0+2x30",
                  MISSED_CALLS + "{end=\"told\"} 0+20x30"),
              List.of(
                  MISSED_CALLS + "{end=\"forgotten\"} 0+1x30",
                  MISSED_CALLS + "{end=\"told\"} 0+60x30")),
          new Scenario(
              "RingpostKafkaAway",
              "5m",
              "15s",
              List.of(
                  "ringpost_kafka_reachable{pod=\"a\"} 1x8 0x12",
                  "ringpost_kafka_reachable{pod=\"b\"} 1x8 0x12"),
              List.of(
                  "ringpost_kafka_reachable{pod=\"a\"} 1x8 0x12",
                  "ringpost_kafka_reachable{pod=\"b\"} 1x20")),
          new Scenario(
              "RingpostCanaryFails",
              "15m",
              List.of(
                  CANARY + "{app=\"a.b\", environment=\"production\", pod=\"a\"} 1x15",
                  CANARY + "{app=\"a.b\", environment=\"production\", pod=\"b\"} NaN 0x14"),
              List.of(
                  CANARY + "{app=\"a.b\", environment=\"production\", pod=\"a\"} NaN 0x5 1x9",
                  CANARY + "{app=\"c.d\", environment=\"sandbox\"} " + "NaN ".repeat(15))),
          new Scenario(
              "RingpostFuseBlown",
              "5m",
              List.of(
                  "ringpost_tokens_fuse_blown{app=\"a.b\", environment=\"production\"} 0x3 1x2"),
              List.of("ringpost_tokens_fuse_blown{app=\"a.b\", environment=\"production\"} 0x5")),
          new Scenario(
              "RingpostCallsSilent",
              "30m",
              List.of(SILENT + "0+4x30", RANG + "0+6x30"),
              List.of(SILENT + "0+2x30", RANG + "0+8x30")),
          new Scenario(
              "RingpostCallsSilent",
              "30m",
              List.of(SILENT + "0+4x30", RANG + "0x30"),
              List.of(SILENT + "0+1x30", RANG + "0x30")),
          new Scenario(
              "RingpostClockSkew",
              "10m",
              List.of("ringpost_invites_clock_skew_total{clock=\"behind\"} 0+1x10"),
              List.of(
                  "ringpost_invites_clock_skew_total{clock=\"behind\"} 0x8 3x2",
                  "ringpost_invites_clock_skew_total{clock=\"ahead\"} 0x8 3x2")),
          new Scenario(
              "RingpostClockOff",
              "2m",
              List.of("ringpost_clock_offset_seconds{pod=\"a\"} 0 -45x2"),
              List.of("ringpost_clock_offset_seconds{pod=\"a\"} 0 1.9 -1.9")),
          new Scenario(
              "RingpostDeadLetters",
              "15m",
              List.of("ringpost_dead_letters_total{reason=\"not_json\"} 0+1x15"),
              List.of("ringpost_dead_letters_total{reason=\"not_json\"} 0x10 2x5")),
          new Scenario(
              "RingpostViewNotLoaded",
              "12m",
              List.of("ringpost_view_loaded{view=\"tokens\"} 0x12"),
              List.of("ringpost_view_loaded{view=\"tokens\"} 0x3 1x9")),
          new Scenario(
              "RingpostViewBehind",
              "5m",
              List.of("ringpost_view_behind_seconds{view=\"tokens\"} 0+60x5"),
              List.of("ringpost_view_behind_seconds{view=\"tokens\"} 0 20 0 20 0 20")),
          new Scenario(
              "RingpostViewUnreadable",
              "5m",
              List.of("ringpost_view_unreadable{view=\"tokens\"} 0 0 1x3"),
              List.of("ringpost_view_unreadable{view=\"tokens\"} 0x5")),
          new Scenario(
              "RingpostViewPartitionStands",
              "5m",
              List.of("ringpost_view_unread_partitions{view=\"tokens\"} 1x5"),
              List.of("ringpost_view_unread_partitions{view=\"tokens\"} 0 1 0 1 0 1")),
          new Scenario(
              "RingpostRecordsUnusable",
              "20m",
              List.of(
                  "ringpost_view_skipped_total{view=\"tokens\", reason=\"not_json\"} 0x15 35x5"),
              List.of(
                  "ringpost_view_skipped_total{view=\"tokens\", reason=\"not_json\"} 35x20",
                  "ringpost_view_skipped_total{view=\"tokens\", reason=\"other_provider\"} 0+9x20",
                  "ringpost_view_skipped_total{view=\"signals\", reason=\"unknown_type\"} 0+9x20")),
          new Scenario(
              "RingpostKeysOnTwoPartitions",
              "5m",
              List.of("ringpost_view_split_keys{view=\"tokens\"} 0 0 14x3"),
              List.of("ringpost_view_split_keys{view=\"tokens\"} 0x5")),
          new Scenario(
              "RingpostTokensGone",
              "15m",
              List.of(
                  "ringpost_view_entries{view=\"tokens\"} 1000x10 0x5",
                  "ringpost_view_loaded{view=\"tokens\"} 1x15"),
              List.of(
                  "ringpost_view_entries{view=\"tokens\"} 1000x10 900x5",
                  "ringpost_view_loaded{view=\"tokens\"} 1x15")),
          new Scenario(
              "RingpostOutputsRefused",
              "10m",
              List.of(
                  "ringpost_outputs_total{kind=\"result\", end=\"tried_again\"} 0+30x10",
                  "ringpost_outputs_waiting{kind=\"result\"} 0+500x10"),
              List.of(
                  "ringpost_outputs_total{kind=\"result\", end=\"tried_again\"} 0x3 5x7",
                  "ringpost_outputs_waiting{kind=\"result\"} 0 0 0 40 0 0 3 0 0 2 0")),
          new Scenario(
              "RingpostOutputsRefused",
              "6m",
              List.of(
                  "ringpost_outputs_total{kind=\"result\", end=\"tried_again\"} 0 0 5 9 14 20 24",
                  "ringpost_outputs_waiting{kind=\"result\"} 3 7 5 9 80 170 250"),
              List.of(
                  "ringpost_outputs_total{kind=\"result\", end=\"tried_again\"} 0 0 0 9 9 9 9",
                  "ringpost_outputs_waiting{kind=\"result\"} 3 7 5 90 4 6 2")),
          new Scenario(
              "RingpostOutputsGivenUp",
              "10m",
              List.of("ringpost_outputs_total{kind=\"retry\", end=\"given_up\"} 0x5 1x5"),
              List.of("ringpost_outputs_total{kind=\"retry\", end=\"stored\"} 0x5 1x5")),
          new Scenario(
              "RingpostInvitesGivenUp",
              "10m",
              List.of("ringpost_invites_given_up_total{source=\"invites\"} 0x5 1x5"),
              List.of("ringpost_invites_given_up_total{source=\"invites\"} 0x10")),
          new Scenario(
              "RingpostRemovedUnread",
              "10m",
              List.of("ringpost_records_removed_unread_total{source=\"invites\"} 0x5 212x5"),
              List.of("ringpost_records_removed_unread_total{source=\"invites\"} 212x10")),
          new Scenario(
              "RingpostRebalanceStorm",
              "20m",
              List.of(
                  "ringpost_rebalances_total{source=\"invites\", change=\"revoked\"} 0+6x20",
                  "ringpost_partitions{source=\"invites\"} 12x20"),
              List.of(
                  "ringpost_rebalances_total{source=\"invites\", change=\"revoked\"} 0x10 12x10",
                  "ringpost_partitions{source=\"invites\"} 12x20")));

  private AlertScenarios() {}
}
