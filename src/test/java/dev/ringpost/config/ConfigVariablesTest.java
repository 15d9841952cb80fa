package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.config.RingpostConfig.LogLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Variables of the environment, beside the file and instead of it. */
class ConfigVariablesTest {

  private final ConfigFolder folder;

  ConfigVariablesTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
  }

  @Test
  void theEnvironmentCountsMoreThanTheFile() {
    folder.write(
        "other.p8", ConfigFolder.pem("PRIVATE KEY", ConfigFolder.ellipticKey("secp256r1")));

    RingpostConfig config =
        folder.load(
            ConfigFolder.SMALLEST + "ring: {default: 10s}\nlog: {level: warn}\n",
            Map.of(
                "RINGPOST_KAFKA_BOOTSTRAP_SERVERS", "a:1, b:2",
                "RINGPOST_RING_DEFAULT", "20s",
                "RINGPOST_APPS_0__KEY_FILE", "other.p8",
                "RINGPOST_APPS_0__BUNDLE_IDS", "com.example.other",
                "HOME", "/root"));

    assertThat(config.kafka().bootstrapList()).isEqualTo("a:1,b:2");
    assertThat(config.ring().byDefault()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.log().level()).isEqualTo(LogLevel.WARN);
    assertThat(config.apps().getFirst().bundleIds())
        .containsExactly(new BundleId("com.example.other"));
    assertThat(config.apps().getFirst().credential())
        .isEqualTo(
            new CredentialSettings.SigningKey(folder.path("other.p8"), "ABC123DEFG", "TEAM123456"));
  }

  @Test
  void aVariableReplacesTheWholeList() {
    RingpostConfig config =
        folder.load(
            ConfigFolder.SMALLEST.replace("kafka:9092", "[a:1, b:2, c:3]"),
            Map.of("RINGPOST_KAFKA_BOOTSTRAP_SERVERS", "d:4"));

    assertThat(config.kafka().bootstrapList()).isEqualTo("d:4");
  }

  @Test
  void everythingMayComeFromTheEnvironment() {
    RingpostConfig config =
        folder.load(
            "",
            Map.of(
                "RINGPOST_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
                "RINGPOST_APPS_0__BUNDLE_IDS", "com.example.phone",
                "RINGPOST_APPS_0__KEY_FILE", "phone.p8",
                "RINGPOST_APPS_0__KEY_KEY_ID", "ABC123DEFG",
                "RINGPOST_APPS_0__KEY_TEAM_ID", "TEAM123456"));

    assertThat(config.apps()).hasSize(1);
  }

  @Test
  void whatKubernetesSaysOfServicesIsNoSetting() {
    RingpostConfig config =
        folder.load(
            ConfigFolder.SMALLEST,
            Map.of(
                "RINGPOST_SERVICE_HOST", "10.0.0.1",
                "RINGPOST_SERVICE_PORT", "8080",
                "RINGPOST_SERVICE_PORT_HTTP", "8080",
                "RINGPOST_PORT", "tcp://10.0.0.1:8080",
                "RINGPOST_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                "RINGPOST_PORT_8080_TCP_ADDR", "10.0.0.1",
                "RINGPOST_ADMIN_PORT", "tcp://10.0.0.1:8080"));

    assertThat(config.admin().port()).isEqualTo(8080);
  }
}
