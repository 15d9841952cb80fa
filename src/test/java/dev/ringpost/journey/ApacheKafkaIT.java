package dev.ringpost.journey;

import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.kafka.KafkaContainer;

/** The same on the broker that Apache ships, in a container. */
@Needs(Need.DOCKER)
class ApacheKafkaIT {

  private static final String IMAGE = "apache/kafka:4.3.1";

  @Test
  @Timeout(120)
  void aCallRingsOnApachesOwnImage(@TempDir Path folder) {
    try (var kafka = new KafkaContainer(IMAGE)) {
      // An image whose own configuration files were stored read-only starts as root only.
      kafka.withCreateContainerCmdModifier(container -> container.withUser("root")).start();
      try (var environment = CallEnvironment.on(kafka.getBootstrapServers(), folder)) {
        new ShortJourney(environment.startWorker()).rings();
      }
    }
  }
}
