package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.SecretShapes;
import dev.ringpost.testing.fuzz.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Configurations with slips of every kind: each is read, or refused with its problems. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ConfigFuzzTest {

  /** A file is written for each. */
  private static final int PART = 10;

  /** Each line may be a problem, told with its place and its fix. */
  private static final long PER_BYTE = 4096;

  @TempDir Path folder;

  @Test
  void configurations() throws Exception {
    Path file = folder.resolve("ringpost.yaml");
    Fuzz.of("configurations", List.of(Files.readAllBytes(Path.of("ringpost.example.yaml"))))
        .words("-----BEGIN PRIVATE KEY-----")
        .part(PART)
        .allocating(PER_BYTE)
        .run(
            input -> {
              Files.write(file, input);
              try {
                ConfigLoader.loadWithoutApple(file, Map.of());
              } catch (InvalidConfigException e) {
                assertThat(e.getMessage()).isNotBlank();
                SecretShapes.noneIn("the message", String.valueOf(e.getMessage()));
              }
            });
  }
}
