package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of {@code ringpost apple}, and how they are read without credentials. */
class DeliveryMetricsConfigTest {

  private final Path temporary;
  private final ConfigFolder folder;

  DeliveryMetricsConfigTest(@TempDir Path temporary) {
    this.temporary = temporary;
    this.folder = new ConfigFolder(temporary);
  }

  @Test
  void appleIsWhereAppleSaysAndThereIsNoToken() {
    assertThat(folder.load(ConfigFolder.SMALLEST).apns().deliveryMetrics())
        .isEqualTo(
            new ApnsConfig.DeliveryMetrics(
                Optional.empty(), Optional.empty(), "https://api.icloud.apple.com"));
  }

  @Test
  void everyKeyCanBeWritten() {
    RingpostConfig config =
        folder.load(
            ConfigFolder.SMALLEST
                + """
                apns:
                  delivery-metrics:
                    {token-folder: apple, team-id: TEAM123456, url: "http://localhost:8443"}
                """);

    assertThat(config.apns().deliveryMetrics())
        .isEqualTo(
            new ApnsConfig.DeliveryMetrics(
                Optional.of(folder.path("apple")),
                Optional.of("TEAM123456"),
                "http://localhost:8443"));
  }

  @Test
  void appsAreReadWithoutTheFilesOfTheirCredentials() throws Exception {
    Path file =
        Files.writeString(
            temporary.resolve("without.yaml"),
            """
            kafka: {bootstrap-servers: "kafka:9092"}
            apps:
              - bundle-ids: [com.example.phone]
                key: {file: gone.p8, key-id: ABC123DEFG, team-id: TEAM123456}
            """);

    RingpostConfig config = ConfigLoader.loadWithoutCredentials(file, Map.of());

    assertThat(config.apps().getFirst().bundleIds())
        .containsExactly(new BundleId("com.example.phone"));
    assertThat(config.apps().getFirst().key().flatMap(AppConfig.Key::teamId))
        .contains("TEAM123456");
    assertThat(ConfigLoader.loadWithoutApple(file, Map.of()).apps()).isEmpty();
  }
}
