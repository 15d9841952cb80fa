package dev.ringpost.telemetry;

/** A Kafka client whose own metrics are published until this is closed. */
@FunctionalInterface
public interface KafkaClientWatch extends AutoCloseable {

  @Override
  void close();
}
