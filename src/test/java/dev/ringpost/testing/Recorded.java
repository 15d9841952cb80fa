package dev.ringpost.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The records that a released version wrote for another worker to read. These files are only ever
 * added to: every later version must read them, for both versions run beside each other during an
 * update.
 */
public final class Recorded {

  private static final Path FOLDER =
      Path.of("src", "test", "resources", "dev", "ringpost", "recorded");

  private Recorded() {}

  /** The lines of a file. */
  public static List<String> lines(String file) {
    try {
      return Files.readAllLines(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
