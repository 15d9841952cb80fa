package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.gateway.Gateway;
import dev.ringpost.health.HealthClients;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.tools.records.RecordWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rule of every producer in the house: stored means stored by all in-sync replicas, once, and
 * one request at a time, for the sake of partitions that are new.
 */
@Timeout(60)
class ProducerRuleTest {

  private static final Path SOURCES = Path.of("src/main/java");

  @Test
  void everyProducerStoresSafelyAndOneRequestAtATime(@TempDir Path folder) throws Exception {
    RingpostConfig config =
        ConfigLoader.loadWithoutApple(
            ConfigFile.of("localhost:1").write(folder.resolve("ringpost.yaml")),
            Map.of("RINGPOST_TOPICS_DEVICE_HEALTH", "voip-device-health"));
    var rooms = new RoomSettings(config);
    Map<String, Map<String, Object>> producers =
        Map.of(
            "dev/ringpost/outbox/SharedProducer.java",
            rooms.outbox().producerProperties(),
            "dev/ringpost/gateway/KafkaEventWriter.java",
            Gateway.producerProperties(rooms.gateway()),
            "dev/ringpost/health/HealthWriter.java",
            HealthClients.writer(rooms.health()),
            "dev/ringpost/tools/records/RecordWriter.java",
            RecordWriter.properties(config.kafka().clientProperties()));

    assertThat(makers())
        .as("who makes a producer")
        .containsExactlyInAnyOrderElementsOf(producers.keySet());
    producers.forEach(
        (maker, properties) -> {
          Map<String, Object> all = new HashMap<>(properties);
          all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
          all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
          var read = new ProducerConfig(all);
          assertThat(read.getInt(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION))
              .as(maker)
              .isEqualTo(1);
          assertThat(read.getBoolean(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG)).as(maker).isTrue();
          assertThat(read.getString(ProducerConfig.ACKS_CONFIG)).as(maker).isEqualTo("-1");
        });
  }

  private static List<String> makers() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> read(file).contains("new " + KafkaProducer.class.getSimpleName() + "<"))
          .map(file -> SOURCES.relativize(file).toString())
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
