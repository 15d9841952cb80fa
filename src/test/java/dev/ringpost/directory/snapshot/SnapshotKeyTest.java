package dev.ringpost.directory.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringpost.call.findings.InvalidSettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SnapshotKeyTest {

  private static final byte[] KEY =
      HexFormat.of().parseHex("00ff102030405060708090a0b0c0d0e0f0112233445566778899aabbccddeeff");
  private static final byte[] SALT = new byte[32];

  private final Path file;

  SnapshotKeyTest(@TempDir Path temporary) {
    file = temporary.resolve("snapshot.key");
  }

  @Test
  void bytesAndBase64AreTheSameKey() throws IOException {
    Files.write(file, KEY);
    SnapshotKey raw = SnapshotKey.read(file);
    Files.writeString(file, Base64.getEncoder().encodeToString(KEY) + "\n");
    SnapshotKey written = SnapshotKey.read(file);

    assertThat(written.forFile(SALT)).isEqualTo(raw.forFile(SALT));
    assertThat(written.check(SALT)).isEqualTo(raw.check(SALT));
  }

  @Test
  void theKeyOfAFileIsNeitherTheKeyNorThatOfAnotherNorWhatItIsToldBy() throws IOException {
    Files.write(file, KEY);
    SnapshotKey key = SnapshotKey.read(file);
    byte[] other = new byte[32];
    other[0] = 1;

    assertThat(key.forFile(SALT).getEncoded()).hasSize(32).isNotEqualTo(KEY);
    assertThat(key.forFile(SALT)).isNotEqualTo(key.forFile(other));
    assertThat(key.forFile(SALT).getEncoded()).doesNotContain(key.check(SALT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c2hvcnQ=",
        "not a key at all",
        "00ff102030405060708090a0b0c0d0e0f0112233445566778899aabbccddeeff",
        "correct horse battery staple and",
        "Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZSBhbmQ="
      })
  void whatIsNoKeyIsRefusedWithoutAWordOfIt(String content) throws IOException {
    Files.writeString(file, content);

    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> SnapshotKey.read(file))
        .satisfies(
            e -> {
              assertThat(e.findings().getFirst().subject()).isEqualTo("tokens.snapshot.key-file");
              assertThat(e.findings().getFirst().fix()).contains("openssl rand -base64 32");
              if (!content.isEmpty()) {
                assertThat(e.getMessage()).doesNotContain(content);
              }
            });
  }

  @Test
  void aMissingFileIsRefused() {
    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> SnapshotKey.read(file))
        .withMessageContaining("cannot be read: NoSuchFileException");
  }

  @Test
  void cannotBePrinted() throws IOException {
    Files.write(file, KEY);

    assertThat(SnapshotKey.read(file)).hasToString("SnapshotKey[hidden]");
  }
}
