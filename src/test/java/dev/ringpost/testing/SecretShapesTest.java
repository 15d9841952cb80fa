package dev.ringpost.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        "",
        "a1b2c3d4e5f6",
        "beb3ece8-d555-505d-8e9b-f27a8794b9fa",
        "-----BEGIN CERTIFICATE-----",
        "eyJ"
      })
  void digestsAndIdsAndCertificatesAreNone(String text) {
    assertThat(SecretShapes.in(text)).isEmpty();
    assertThat(SecretShapes.in(TOKEN.substring(1))).isEmpty();
    assertThat(SecretShapes.in("g" + TOKEN)).isEmpty();
  }
}
