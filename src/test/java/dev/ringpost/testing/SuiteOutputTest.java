package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteOutputTest {

  private static final String TOKEN = "0123456789abcdef".repeat(4);

  @TempDir Path folder;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  void outputWithoutSecretsIsWell() throws IOException {
    Files.writeString(folder.resolve("ATest-output.txt"), "all is well\n");

    assertThat(look(folder, folder.resolve("missing"))).isTrue();
    assertThat(said.toString(UTF_8)).isEmpty();
  }

  @Test
  void aSecretFailsTheBuildWhichNamesTheFileAndNotTheSecret() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.writeString(inner.resolve("BTest-output.txt"), "pushed to " + TOKEN + "\n");
    Files.writeString(folder.resolve("ATest-output.txt"), "all is well\n");

    assertThat(look(folder)).isFalse();
    assertThat(said.toString(UTF_8))
        .contains("BTest-output.txt", "a device token", "pushed to ")
        .doesNotContain(TOKEN, "ATest");
  }

  @Test
  void noOutputProvesNothing() throws IOException {
    assertThat(look(folder)).isFalse();
    assertThat(said.toString(UTF_8)).contains("no output");
  }

  private boolean look(Path... folders) throws IOException {
    return SuiteOutput.look(List.of(folders), new PrintStream(said, true, UTF_8));
  }
}
