package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The refusals to start a gateway: all told at once, before anything is opened. */
@Timeout(30)
class GatewayProcessTest {

  @TempDir private Path folder;

  @Test
  void everyFileThatCannotBeUsedIsNamedAtOnce() throws Exception {
    Files.writeString(folder.resolve("tokens"), "too-short\n");
    Files.writeString(folder.resolve("key"), "too-short\n");
    Files.writeString(folder.resolve("p12"), "no key store");

    assertThat(
            problems(
                """
                gateway:
                  bearer-tokens-file: tokens
                  tls: {key-store-file: p12, password-file: key}
                  webhook: {url: 'http://localhost:1/', secret-file: key}
                """))
        .hasSize(3)
        .anyMatch(it -> it.startsWith("gateway.bearer-tokens-file"))
        .anyMatch(it -> it.startsWith("gateway.tls.key-store-file"))
        .anyMatch(it -> it.startsWith("gateway.webhook.secret-file"))
        .noneMatch(it -> it.contains("too-short"));
  }

  @Test
  void anOpenAddressNeedsTokensOrClientCertificates() throws Exception {
    assertThat(problems("gateway:\n  host: 0.0.0.0\n"))
        .singleElement()
        .asString()
        .startsWith("gateway.host");

    Files.writeString(folder.resolve("tokens"), "x".repeat(32));
    assertThat(load("gateway:\n  host: 0.0.0.0\n  bearer-tokens-file: tokens\n"))
        .satisfies(config -> GatewayProcess.of(config, InstantSource.system(), () -> {}));
  }

  @Test
  void aGroupThatIsBegunNeedsItsKeys() {
    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(() -> load("gateway:\n  tls: {client-authorities-file: x}\n"))
        .withMessageContainingAll("gateway.tls.key-store-file", "gateway.tls.password-file");
  }

  private List<String> problems(String gateway) throws Exception {
    RingpostConfig config = load(gateway);
    try {
      GatewayProcess.of(config, InstantSource.system(), () -> {});
      return List.of();
    } catch (InvalidConfigException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  private RingpostConfig load(String gateway) throws InvalidConfigException, IOException {
    Path file =
        ConfigFile.of("localhost:9092").with(gateway).write(folder.resolve("ringpost.yaml"));
    return ConfigLoader.loadWithoutApple(file, Map.of());
  }
}
