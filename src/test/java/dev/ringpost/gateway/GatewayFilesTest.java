package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringpost.call.findings.InvalidSettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of the gateway: tokens of clients, the key of webhooks. */
@Timeout(20)
class GatewayFilesTest {

  private static final String ONE = "a".repeat(32);
  private static final String TWO = "b".repeat(40);

  @TempDir private Path folder;

  @Test
  void anyTokenOfTheFileIsAllowed() throws IOException {
    BearerTokens tokens = BearerTokens.read(file("# two\n" + ONE + "\n\n  " + TWO + " \n"));

    assertThat(tokens.allow(Optional.of("Bearer " + ONE))).isTrue();
    assertThat(tokens.allow(Optional.of("bearer " + TWO))).isTrue();
    assertThat(tokens.allow(Optional.of("Bearer # two"))).isFalse();
    assertThat(tokens.allow(Optional.of("Bearer "))).isFalse();
    assertThat(tokens.allow(Optional.of(ONE))).isFalse();
    assertThat(tokens.allow(Optional.empty())).isFalse();
  }

  @Test
  void aFileWithoutGoodTokensIsRefused() throws IOException {
    for (String text :
        new String[] {"", "# none\n", "short\n", ("x".repeat(32) + "\n").repeat(101)}) {
      Path file = file(text);
      assertThatExceptionOfType(InvalidSettingsException.class)
          .isThrownBy(() -> BearerTokens.read(file))
          .withMessageContaining("gateway.bearer-tokens-file")
          .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("short"));
    }
    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> BearerTokens.read(folder.resolve("none")));
  }

  /** The figures are openssl's: printf '1700000000.{}' | openssl dgst -sha256 -hmac &lt;key&gt;. */
  @Test
  void aSignatureIsWhatOthersCompute() {
    WebhookKey key = WebhookKey.of("0123456789abcdef0123456789abcdef");

    assertThat(key.signature(Instant.ofEpochSecond(1_700_000_000), "{}".getBytes(UTF_8)))
        .isEqualTo(
            "t=1700000000,v1=417adf36b901772f658597a76d329694e335e65fc0849d7715c3ca33406309b5");
    assertThat(key).hasToString("WebhookKey[hidden]");
  }

  @Test
  void aKeyThatIsTooShortIsRefused() throws IOException {
    Path file = file("k".repeat(31) + "\n");

    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> WebhookKey.read(file))
        .withMessageContaining("gateway.webhook.secret-file");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("file"), text);
  }
}
