package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretShapesTest {

  private static final String TOKEN = "0123456789abcdef".repeat(4);

  @Test
  void aTokenIsFoundAndNotRepeated() {
    assertThatThrownBy(
            () -> SecretShapes.noneIn("the log", "all is well\npushed to token=" + TOKEN))
        .hasMessage("the log holds a device token at character 28, after \"pushed to token=\"");
    assertThat(SecretShapes.in("(" + TOKEN.toUpperCase(java.util.Locale.ROOT) + TOKEN + ")"))
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----",
        "authorization: bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJURUFNIn0.c2ln"
      })
  void keysAndProviderTokensAreFound(String text) {
    assertThat(SecretShapes.in("x " + text)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password=hunter2;",
        "opened with Open Sesame",
        "{\"k\":\"" + MarkedSecret.CUSTOM + "\"}",
        "{\"aps\":{},\"call\":1}",
        "{\\\"caller\\\": {\\\"uri\\\":1}}",
        "&quot;aps&quot;:{",
        "caller=sip:carol@example.com",
        "--caller  sip:carol@example.com",
        "{\"uri\": \"sip:carol@example.com\"}",
        "<SIPS:carol;x=1@example.com>",
        "tel:+4930123",
        "Bob's phone"
      })
  void markedSecretsAndPayloadsAndCallersAreFound(String text) {
    assertThat(SecretShapes.in("x " + text)).isPresent();
  }

  @Test
  void aMarkedSecretIsFoundInBase64WhereverItBegins() {
    for (String before : List.of("", "u", "us")) {
      byte[] login = (before + "s3cret, and more").getBytes(UTF_8);

      assertThat(SecretShapes.in("Basic " + Base64.getEncoder().encodeToString(login)))
          .as("%d characters in front of it", before.length())
          .hasValueSatisfying(found -> assertThat(found).startsWith("a marked secret"));
    }
  }

  @Test
  void theFirstOfSeveralIsToldSoThatNoneIsRepeated() {
    assertThat(SecretShapes.in("sip:carol@example.com opens it with sesame " + TOKEN))
        .hasValue("a caller's address at character 0, after \"\"");
  }

  @Test
  void aFixtureTakesNoSecretThatCouldNotBeFound() {
    assertThat(MarkedSecret.of("open sesame")).isEqualTo("open sesame");
    assertThat(MarkedSecret.orNone("")).isEmpty();
    assertThatThrownBy(() -> MarkedSecret.of("4711"))
        .hasMessageContaining("sesame")
        .hasMessageNotContaining("4711");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a1b2c3d4e5f6",
        "beb3ece8-d555-505d-8e9b-f27a8794b9fa",
        "-----BEGIN CERTIFICATE-----",
        "eyJ",
        "callee bob, Bobby, a hotel:1 and gossip: much",
        "caller.uri is longer than 1024",
        "ringpost invite alice --caller sip:bob@example.com",
        "it is required, such as {\"uri\": \"sip:bob@example.com\"}",
        "it is required, such as {\\\"uri\\\": \\\"sip:bob@example.com\\\"}",
        "{\"aps\":true,\"secret\":1}"
      })
  void digestsAndIdsAndCertificatesAreNone(String text) {
    assertThat(SecretShapes.in(text)).isEmpty();
    assertThat(SecretShapes.in(TOKEN.substring(1))).isEmpty();
    assertThat(SecretShapes.in("g" + TOKEN)).isEmpty();
  }
}
