package dev.ringpost.monitoring;

import java.util.List;

/** The scenarios for the alerts about the search for deaf phones. */
final class HealthAlertScenarios {

  private static final String WORKING = "ringpost_health_working";
  private static final String BEHIND = "ringpost_health_behind_seconds";
  private static final String DEAF = "ringpost_health_devices_deaf";
  private static final String OF_HEALTH =
      "{namespace=\"calls\", job=\"ringpost-health\", pod=\"%s\"}";
  private static final String A = OF_HEALTH.formatted("a");
  private static final String B = OF_HEALTH.formatted("b");
  private static final String DEVICES = "ringpost_view_entries{view=\"tokens\"} ";
  private static final String AWAY = "ringpost_kafka_reachable{} 0x";

  static final List<Scenario> ALL =
      List.of(
          // of two one works; a hand-over takes some seconds
          new Scenario(
              "RingpostHealthNobodyWorks",
              "10m",
              List.of(WORKING + A + " 0x10", WORKING + B + " 0x10"),
              List.of(WORKING + A + " 1x4 0x6", WORKING + B + " 0x5 1x5")),
          new Scenario(
              "RingpostHealthNobodyWorks",
              "20m",
              List.of(WORKING + A + " 1x5 stale"),
              List.of(WORKING + A + " 0x20", AWAY + "20")),
          // who does not look for deaf phones hears nothing of it
          new Scenario(
              "RingpostHealthNobodyWorks",
              "20m",
              List.of(WORKING + A + " 0x20", "ringpost_ready{} 1x20"),
              List.of("ringpost_ready{} 1x20")),
          new Scenario(
              "RingpostHealthBehind",
              "20m",
              List.of(BEHIND + A + " 3601+60x20", BEHIND + B + " 0x20"),
              List.of(BEHIND + A + " 2400+60x20", BEHIND + B + " 0x20")),
          // it catches up
          new Scenario(
              "RingpostHealthBehind",
              "20m",
              List.of(BEHIND + A + " 7200x20"),
              List.of(BEHIND + A + " 7200-600x9 0x11")),
          new Scenario(
              "RingpostHealthBehind",
              "20m",
              List.of(BEHIND + A + " 7200x20", "ringpost_kafka_reachable{} 1x20"),
              List.of(BEHIND + A + " 7200x20", AWAY + "20")),
          // the same number is many of few, and few of many
          new Scenario(
              "RingpostDeafPhonesRise",
              "27h",
              "15m",
              List.of(DEAF + A + " 5x96 30x12", DEVICES + "1000x108"),
              List.of(DEAF + A + " 5x96 30x12", DEVICES + "10000x108")),
          // of a small platform two are no rise; nor are many that have been deaf for long
          new Scenario(
              "RingpostDeafPhonesRise",
              "27h",
              "15m",
              List.of(DEAF + A + " 0x96 21x12", DEVICES + "100x108"),
              List.of(DEAF + A + " 0x96 2x12", DEVICES + "100x108")),
          new Scenario(
              "RingpostDeafPhonesRise",
              "27h",
              "15m",
              List.of(DEAF + A + " 400x96 430x12", DEVICES + "1000x108"),
              List.of(DEAF + A + " 400x108", DEVICES + "1000x108")),
          new Scenario(
              "RingpostDeafPhonesRise",
              "27h",
              "15m",
              List.of(DEAF + A + " 400x96 510x12", DEVICES + "10000x108"),
              List.of(DEAF + A + " 400x96 425x12", DEVICES + "10000x108")),
          // the one that works has changed, then and now
          new Scenario(
              "RingpostDeafPhonesRise",
              "27h",
              "15m",
              List.of(DEAF + A + " 0x108", DEAF + B + " 5x96 60x12", DEVICES + "1000x108"),
              List.of(
                  DEAF + A + " 60x10 0x1 60x40 0x57",
                  DEAF + B + " 0x52 60x56",
                  DEVICES + "1000x108")));

  private HealthAlertScenarios() {}
}
