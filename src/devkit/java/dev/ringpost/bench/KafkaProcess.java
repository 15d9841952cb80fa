package dev.ringpost.bench;

import dev.ringpost.testing.LocalKafka;
import java.time.Duration;

/** An embedded Kafka of one node in a JVM of its own. */
final class KafkaProcess implements AutoCloseable {

  private final Child child;

  private KafkaProcess(Child child) {
    this.child = child;
  }

  static KafkaProcess start() {
    return new KafkaProcess(Child.start(KafkaProcess.class));
  }

  String bootstrapServers() {
    return child.greeting();
  }

  Duration cpu() {
    return child.cpu();
  }

  @Override
  public void close() {
    child.close();
  }

  /** The child. */
  public static void main(String[] arguments) throws Exception {
    try (var kafka = LocalKafka.start()) {
      Child.serve(
          kafka.bootstrapServers(),
          order -> {
            throw new IllegalArgumentException(order);
          });
    }
    System.exit(0);
  }
}
