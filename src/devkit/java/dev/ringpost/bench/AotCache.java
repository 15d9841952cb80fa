package dev.ringpost.bench;

import dev.ringpost.image.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The AOT cache of the shipped jar, made by the training run that the image's build makes it by.
 */
final class AotCache {

  private static final Path FILE = Path.of("target", "bench", "ringpost.aot");
  private static final Duration MADE_WITHIN = Duration.ofMinutes(5);

  private AotCache() {}

  /**
   * Makes it anew.
   *
   * @param flags of the worker that is to use it
   * @return the flags that make a worker use it, and fail if it does not fit
   */
  static List<String> make(List<String> flags) throws IOException {
    Files.createDirectories(FILE.getParent());
    Files.deleteIfExists(FILE);
    List<String> command =
        new ArrayList<>(
            List.of(
                Child.java(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingRun.class.getName(),
                Child.java()));
    command.addAll(flags);
    command.addAll(
        List.of(
            "-Xlog:aot=error", "-XX:AOTCacheOutput=" + FILE, "-jar", ShippedJar.JAR.toString()));
    Process training = new ProcessBuilder(command).inheritIO().start();
    try {
      if (!training.waitFor(MADE_WITHIN.toSeconds(), TimeUnit.SECONDS)
          || training.exitValue() != 0
          || !Files.exists(FILE)) {
        throw new IllegalStateException(
            "the training made no cache; -Dbench.cache=false measures without one");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      training.destroyForcibly();
    }
    return List.of("-XX:AOTMode=on", "-XX:AOTCache=" + FILE);
  }
}
