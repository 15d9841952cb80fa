package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.events.health.DeviceHealthCodec;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is told which devices are deaf: it says so in results, and rings them as ever. */
@Timeout(120)
class DeafResultIT {

  private static final String TOPIC = "voip-device-health";

  @Test
  void aDeafDeviceIsNamedInResultsAndIsPushedAllTheSame(@TempDir Path folder) {
    try (LocalKafka kafka = LocalKafka.start();
        CallEnvironment environment =
            CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                ConfigFile.of(kafka.bootstrapServers()).with("  device-health: " + TOPIC + "\n"),
                "results: {callee: digest}\n")) {
      environment.startWorker();
      var alice = new UserId("alice");
      Device deaf = environment.phone("deaf");
      Device well = environment.phone("well", CallEnvironment.PHONE, Environment.SANDBOX);
      environment.give(alice, deaf, well);

      tell(environment, deaf, true);
      JsonNode result =
          environment.callUntil(alice, it -> it.path("devices").findValue("deaf") != null);

      for (JsonNode device : result.path("devices")) {
        boolean isDeaf = device.path("deviceId").asText().equals("deaf");
        assertThat(device.path("deaf").asBoolean()).isEqualTo(isDeaf);
        assertThat(device.path("outcome").asText()).isEqualTo("accepted");
      }
      assertThat(environment.pushesOf(result)).hasSize(2);

      tell(environment, deaf, false);
      environment.callUntil(
          alice,
          it -> it.path("devices").size() == 2 && it.path("devices").findValue("deaf") == null);
    }
  }

  /** As {@code ringpost health} does where results name callees by digests: under the digest. */
  private static void tell(CallEnvironment environment, Device device, boolean isDeaf) {
    var health =
        new DeviceHealth(
            device.token().digest(),
            device.app(),
            device.environment(),
            isDeaf,
            5,
            Instant.now(),
            Instant.now());
    // printf %s alice | sha256sum
    var key = new DeviceKey(new UserId("2bd806c97f0e"), device.id());
    environment
        .platform()
        .store(new ProducerRecord<>(TOPIC, key.bytes(), DeviceHealthCodec.encode(health)));
  }
}
