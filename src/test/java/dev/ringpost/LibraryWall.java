package dev.ringpost;

import java.util.List;
import java.util.Set;

/**
 * The wall around a library: who may use it.
 *
 * @param users rooms, and single types of other rooms or of the hall
 */
record LibraryWall(String name, Set<String> users, List<String> packages) {

  static final List<LibraryWall> ALL =
      List.of(
          library(
              "Pushy and Netty",
              Set.of("apns", "apns.credentials", "apns.diagnosis", "apns.path", "apns.wire"),
              "com.eatthepath..",
              "io.netty.."),
          // telemetry takes a client only to publish its metrics: Micrometer wants the client
          // itself;
          // topics has no consumer, but its admin client takes an offset to commit from there
          library(
              "Kafka's consumer",
              Set.of(
                  "intake",
                  "intake.waiting",
                  "directory",
                  "gateway",
                  "health",
                  "polling",
                  "shadow",
                  "telemetry",
                  "tools.records",
                  "tools.topics",
                  "tools.check.KafkaClientTrial",
                  "tools.check.KafkaSettingsCheck"),
              "org.apache.kafka.clients.consumer.."),
          library(
              "Kafka's producer",
              Set.of(
                  "gateway",
                  "health",
                  "outbox",
                  "telemetry",
                  "tools.records",
                  "tools.check.KafkaSettingsCheck"),
              "org.apache.kafka.clients.producer.."),
          library(
              "Kafka's admin client",
              Set.of("directory", "tools.check", "tools.records", "tools.topics", "Worker"),
              "org.apache.kafka.clients.admin.."),
          library(
              "Micrometer",
              Set.of(
                  "telemetry",
                  "telemetry.page",
                  "admin",
                  "Worker",
                  "ProcessFrame",
                  "ShadowProcess"),
              "io.micrometer..",
              "io.prometheus.."),
          library("OpenTelemetry", Set.of("telemetry.spans"), "io.opentelemetry.."),
          library(
              "Jackson",
              Set.of(
                  "admin",
                  "apns.diagnosis",
                  "apns.payload",
                  "apns.wire",
                  "cli",
                  "cli.logging",
                  "cli.operator",
                  "config.YamlTree",
                  "events",
                  "events.cloud",
                  "events.health",
                  "gateway",
                  "health",
                  "live",
                  "shadow",
                  "tools.apple",
                  "tools.check",
                  "tools.dlq",
                  "tools.events",
                  "tools.plan",
                  "tools.synthetic",
                  "tools.trace",
                  "tools.watch"),
              "com.fasterxml.."),
          library(
              "Bouncy Castle",
              Set.of("apns.credentials", "apns.diagnosis", "apns.payload"),
              "org.bouncycastle.."),
          library("Jetty", Set.of("gateway"), "org.eclipse.jetty.."),
          library("picocli", Set.of("cli", "cli.operator", "cli.report", "Main"), "picocli.."),
          library("YAML", Set.of("config"), "org.yaml.."));

  private static LibraryWall library(String name, Set<String> users, String... packages) {
    return new LibraryWall(name, users, List.of(packages));
  }
}
