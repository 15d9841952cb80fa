package dev.ringpost.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The records that a released version wrote for another worker to read. These files are only ever
 * added to: every later version must read them, for both versions run beside each other during an
 * update.
 */
public final class Recorded {

  private static final Path FOLDER =
      Path.of("src", "test", "resources", "dev", "ringpost", "recorded");

  private Recorded() {}

  /** The versions whose demo was recorded, by the day of their last commit. */
  public static List<String> versions() {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One record of each shape that the version's demo left on a topic; at least one. */
  public static List<RecordedRecord> records(String version, String topic) {
    List<RecordedRecord> records =
        lines(version + "/" + topic + ".jsonl").stream()
            .map(line -> RecordedRecord.parse(topic, line))
            .toList();
    if (records.isEmpty()) {
      throw new IllegalStateException(version + " has no record of " + topic);
    }
    return records;
  }

  /** The lines of a file. */
  public static List<String> lines(String file) {
    try {
      return Files.readAllLines(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
