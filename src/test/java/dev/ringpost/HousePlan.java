package dev.ringpost;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The plan of the house: its rooms, and what each may import. {@link HouseRules} executes it. */
final class HousePlan {

  /**
   * Each room and each alcove, a package inside a room, with what it may import besides itself.
   * None may import the hall. A room names its own alcoves too, if it uses them.
   */
  static final SortedMap<String, Set<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("call", Set.of("call.trace")),
              Map.entry("call.trace", Set.of()),
              Map.entry("call.findings", Set.of()),
              Map.entry("delivery", Set.of("call", "call.findings")),
              Map.entry("delivery.flood", Set.of("call", "call.findings", "delivery")),
              Map.entry("delivery.missed", Set.of("call", "call.findings", "delivery")),
              Map.entry("delivery.rings", Set.of("call", "delivery")),
              Map.entry(
                  "events",
                  Set.of("call", "call.findings", "delivery", "delivery.rings", "events.cloud")),
              Map.entry("events.cloud", Set.of("call")),
              Map.entry("events.health", Set.of("call", "events", "events.cloud")),
              Map.entry(
                  "intake",
                  Set.of(
                      "call", "call.findings", "events", "polling", "telemetry", "intake.waiting")),
              Map.entry("intake.waiting", Set.of()),
              Map.entry(
                  "directory",
                  Set.of(
                      "call",
                      "call.findings",
                      "delivery",
                      "delivery.missed",
                      "events",
                      "events.cloud",
                      "events.health",
                      "polling",
                      "telemetry",
                      "directory.snapshot",
                      "directory.table")),
              Map.entry("directory.snapshot", Set.of("call.findings")),
              Map.entry("directory.table", Set.of("call")),
              Map.entry(
                  "apns",
                  Set.of(
                      "call",
                      "call.findings",
                      "delivery",
                      "telemetry",
                      "apns.credentials",
                      "apns.path",
                      "apns.payload",
                      "apns.wire")),
              Map.entry("apns.payload", Set.of("call", "call.findings")),
              Map.entry("apns.credentials", Set.of("call", "call.findings", "apns.payload")),
              Map.entry(
                  "apns.wire", Set.of("call", "delivery", "apns.credentials", "apns.payload")),
              Map.entry(
                  "apns.path",
                  Set.of("call", "call.findings", "delivery", "apns.credentials", "apns.wire")),
              Map.entry(
                  "apns.diagnosis",
                  Set.of(
                      "call",
                      "call.findings",
                      "delivery",
                      "apns.credentials",
                      "apns.path",
                      "apns.payload",
                      "apns.wire")),
              Map.entry(
                  "outbox",
                  Set.of(
                      "call",
                      "call.trace",
                      "call.findings",
                      "delivery",
                      "delivery.missed",
                      "delivery.rings",
                      "events",
                      "events.cloud",
                      "telemetry")),
              Map.entry(
                  "gateway",
                  Set.of(
                      "call", "call.findings", "events", "events.cloud", "polling", "telemetry")),
              Map.entry(
                  "health",
                  Set.of(
                      "call", "events", "events.cloud", "events.health", "polling", "telemetry")),
              Map.entry(
                  "live", Set.of("call", "delivery", "delivery.rings", "events", "telemetry")),
              Map.entry("polling", Set.of("call")),
              Map.entry(
                  "shadow",
                  Set.of(
                      "call",
                      "delivery",
                      "delivery.flood",
                      "events",
                      "events.cloud",
                      "apns.credentials",
                      "apns.wire",
                      "polling",
                      "telemetry")),
              Map.entry(
                  "telemetry",
                  Set.of(
                      "call",
                      "call.trace",
                      "delivery",
                      "delivery.missed",
                      "delivery.rings",
                      "telemetry.page")),
              Map.entry("telemetry.page", Set.of("call.trace")),
              Map.entry("telemetry.spans", Set.of("call", "call.trace", "delivery")),
              Map.entry("admin", Set.of("call", "telemetry", "telemetry.page")),
              Map.entry(
                  "config",
                  Set.of(
                      "call",
                      "call.findings",
                      "apns.credentials",
                      "apns.payload",
                      "config.declaration")),
              Map.entry("config.declaration", Set.of()),
              Map.entry("tools.topics", Set.of("call", "call.findings", "config")),
              Map.entry("tools.check", Set.of("call", "call.findings", "config", "tools.topics")),
              Map.entry("tools.plan", Set.of("call", "config")),
              Map.entry("tools.records", Set.of("call", "tools.topics")),
              Map.entry(
                  "tools.events",
                  Set.of(
                      "call",
                      "config",
                      "events",
                      "events.cloud",
                      "events.health",
                      "tools.records")),
              Map.entry(
                  "tools.trace",
                  Set.of("call", "config", "events", "events.cloud", "apns.wire", "tools.records")),
              Map.entry(
                  "tools.dlq", Set.of("call", "config", "events", "events.cloud", "tools.records")),
              Map.entry(
                  "tools.watch",
                  Set.of("call", "config", "events", "events.cloud", "tools.records")),
              Map.entry(
                  "tools.synthetic",
                  Set.of(
                      "call",
                      "call.findings",
                      "config",
                      "events",
                      "events.cloud",
                      "telemetry",
                      "tools.check",
                      "tools.events",
                      "tools.records")),
              Map.entry(
                  "tools.apple",
                  Set.of("call", "call.findings", "config", "events.cloud", "tools.records")),
              Map.entry(
                  "tools.push",
                  Set.of(
                      "call",
                      "config",
                      "apns.credentials",
                      "apns.diagnosis",
                      "apns.path",
                      "apns.payload")),
              Map.entry("cli.logging", Set.of("call.trace", "config")),
              Map.entry("cli.report", Set.of()),
              Map.entry(
                  "cli.operator",
                  Set.of(
                      "call",
                      "call.findings",
                      "cli.report",
                      "config",
                      "tools.apple",
                      "tools.dlq",
                      "tools.events",
                      "tools.records",
                      "tools.synthetic",
                      "tools.trace",
                      "tools.watch")),
              Map.entry(
                  "cli",
                  Set.of(
                      "call",
                      "call.findings",
                      "cli.logging",
                      "cli.operator",
                      "cli.report",
                      "config",
                      "tools.check",
                      "tools.plan",
                      "tools.push",
                      "tools.synthetic"))));

  /** Single types of other rooms that a room may use: settings, and what examines them. */
  static final Map<String, Set<String>> LENT =
      Map.ofEntries(
          Map.entry(
              "config",
              Set.of(
                  "apns.path.ApnsSettings",
                  "apns.path.ProxyCredentials",
                  "delivery.DeliverySettings",
                  "delivery.flood.FloodSettings",
                  "delivery.missed.MissedCallSettings",
                  "delivery.RetryLadder",
                  "directory.DirectorySettings",
                  "directory.snapshot.SnapshotSettings",
                  "events.CalleeAs",
                  "events.RingSettings",
                  "gateway.GatewaySettings",
                  "health.HealthSettings",
                  "intake.IntakeSettings",
                  "outbox.OutboxSettings",
                  "outbox.ResultFormat",
                  "shadow.ShadowSettings")),
          Map.entry(
              "tools.topics",
              Set.of(
                  "directory.DirectorySettings", "intake.IntakeSettings", "outbox.OutboxSettings")),
          Map.entry(
              "tools.check",
              Set.of(
                  "apns.credentials.Credentials",
                  "apns.diagnosis.ApnsCheck",
                  "apns.path.ApnsSettings",
                  "directory.DirectorySettings",
                  "directory.ViewCheck",
                  "directory.snapshot.SnapshotKey",
                  "directory.snapshot.SnapshotSettings",
                  "gateway.Gateway",
                  "gateway.GatewaySettings",
                  "health.HealthClients",
                  "health.HealthSettings",
                  "intake.IntakeSettings",
                  "outbox.OutboxSettings",
                  "tools.apple.TokenFindings",
                  "tools.records.RecordWriter",
                  "tools.records.TopicFeed")),
          Map.entry("tools.events", Set.of("health.HealthSettings", "health.HealthTopic")),
          Map.entry("tools.plan", Set.of("apns.path.ApnsSettings", "intake.IntakeSettings")),
          Map.entry("tools.dlq", Set.of("intake.SettledOffsets")),
          Map.entry("tools.apple", Set.of("apns.credentials.SmallFile")),
          Map.entry(
              "tools.trace",
              Set.of("delivery.ApnsResponse", "delivery.Verdict", "delivery.rings.RingVerdict")),
          Map.entry("tools.watch", Set.of("delivery.rings.RingVerdict")),
          Map.entry("cli", Set.of("apns.diagnosis.PushEnd")),
          Map.entry("cli.operator", Set.of("events.SignalType")));

  private HousePlan() {}
}
