package dev.ringpost.bench;

import dev.ringpost.testing.LocalKafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** An embedded Kafka of one node in a JVM of its own. */
final class KafkaProcess implements AutoCloseable {

  private final Child child;

  private KafkaProcess(Child child) {
    this.child = child;
  }

  static KafkaProcess start() {
    return start(Map.of());
  }

  /** One with settings of the broker's own. */
  static KafkaProcess start(Map<String, String> settings) {
    String[] arguments =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .toArray(String[]::new);
    return new KafkaProcess(Child.start(KafkaProcess.class, arguments));
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

  /** The child; its arguments are the broker's own settings. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> settings = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      settings.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    try (var kafka = LocalKafka.start(settings)) {
      Child.serve(
          kafka.bootstrapServers(),
          order -> {
            throw new IllegalArgumentException(order);
          });
    }
    System.exit(0);
  }
}
