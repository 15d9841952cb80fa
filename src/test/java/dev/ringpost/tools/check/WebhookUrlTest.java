package dev.ringpost.tools.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The URLs of webhooks that would cost every verdict, were they accepted. */
@Timeout(60)
class WebhookUrlTest {

  @TempDir Path folder;

  private RingpostConfig with(String url) throws Exception {
    Files.writeString(folder.resolve("webhook.secret"), "s".repeat(32));
    return ConfigLoader.loadWithoutApple(
        ConfigFile.of("kafka.invalid:9092")
            .with("gateway: {webhook: {url: '%s', secret-file: webhook.secret}}".formatted(url))
            .write(folder.resolve("ringpost.yaml")),
        Map.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://call_server:8080/verdicts | has no host that Java accepts
          https://calls.example.com/?a={b} | is no URL: Illegal character in query at character 30
          """)
  void whatCannotBeCalledIsNamed(String url, String words) throws Exception {
    RingpostConfig config = with(url);

    assertThatThrownBy(() -> SettingsCheck.requireOfGateway(config))
        .isInstanceOfSatisfying(
            InvalidConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::toString)
                    .singleElement()
                    .asString()
                    .startsWith("gateway.webhook.url")
                    .contains(words));
  }

  @Test
  void whatCanBeCalledIsAccepted() throws Exception {
    RingpostConfig config = with("https://calls.example.com:8443/verdicts?tenant=a%20b");

    assertThatCode(() -> SettingsCheck.requireOfGateway(config)).doesNotThrowAnyException();
  }
}
