package dev.ringpost.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A mistake that only some schedules show, as a patch like those of {@link PlantedBug}, whose test
 * is a scenario.
 */
public final class PlantedRace {

  private static final Path FOLDER = Path.of("src", "interleavings", "mutants");
  private static final String ENDING = ".patch";

  private final PlantedBug bug;

  private PlantedRace(PlantedBug bug) {
    this.bug = bug;
  }

  /** All of them, by name. */
  public static List<PlantedRace> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(PlantedRace::read).toList();
    }
  }

  private static PlantedRace read(Path file) {
    String name = file.getFileName().toString();
    try {
      return new PlantedRace(
          PlantedBug.of(
              name.substring(0, name.length() - ENDING.length()), Files.readAllLines(file)));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }

  /** What the code does wrong. */
  public String mistake() {
    return bug.mistake();
  }

  /** The class that must find it. */
  public String scenario() {
    return bug.tests().getFirst();
  }

  /** Compiles the source with the mistake into a folder. */
  public void plant(Path classes) throws IOException {
    new Bed(classes).plant(bug);
  }

  /** Its name. */
  @Override
  public String toString() {
    return bug.name();
  }
}
