package dev.ringpost.config;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The properties of Kafka's clients that an operator may not set, each with its reason. */
final class KafkaProperty {

  private static final String BYTES = "records stay bytes until Ringpost reads them";
  private static final String COMMIT =
      "an offset is committed when its invite is settled, never by the clock";
  private static final String DURABLE =
      "a result counts as stored only when all replicas in sync have it, once";

  private static final Map<String, String> DECIDED =
      Map.ofEntries(
          Map.entry("bootstrap.servers", "it is kafka.bootstrap-servers"),
          Map.entry("group.id", "it is intake.group"),
          Map.entry("group.protocol", "it is kafka.group-protocol"),
          Map.entry(
              "group.instance.id", "every worker would have the same and shut the others out"),
          Map.entry("client.id", "each client has a name of its own, to be told apart in metrics"),
          Map.entry("enable.auto.commit", COMMIT),
          Map.entry(
              "auto.offset.reset",
              "new partitions are read from ring.max back, so that no call is lost"),
          Map.entry("auto.commit.interval.ms", COMMIT),
          Map.entry("partition.assignment.strategy", "giving partitions back relies on it"),
          Map.entry("key.deserializer", BYTES),
          Map.entry("value.deserializer", BYTES),
          Map.entry("key.serializer", BYTES),
          Map.entry("value.serializer", BYTES),
          Map.entry("acks", DURABLE),
          Map.entry("enable.idempotence", DURABLE),
          Map.entry(
              "max.in.flight.requests.per.connection",
              "with more than one a new leader may store a second batch and not the first"),
          Map.entry("buffer.memory", "each output has a fixed share of it"),
          Map.entry(
              "interceptor.classes",
              "it would see every token and could change or lose records unnoticed"),
          Map.entry("transactional.id", "Ringpost does not write in transactions"));

  private KafkaProperty() {}

  /** Every such property and its reason, in alphabetical order. */
  static SortedMap<String, String> all() {
    return new TreeMap<>(DECIDED);
  }

  /** Why Ringpost decides a property itself, if it does. */
  static Optional<String> decided(String name) {
    return Optional.ofNullable(DECIDED.get(name));
  }
}
