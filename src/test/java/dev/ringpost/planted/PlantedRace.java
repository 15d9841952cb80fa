package dev.ringpost.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A mistake that only some schedules show, as a patch like those of {@link PlantedBug}, whose test
 * is a scenario.
 */
public final class PlantedRace {

  private static final Path FOLDER = Path.of("src", "interleavings", "mutants");
  private static final Path SCENARIOS = Path.of("src", "interleavings", "java");

  private final PlantedBug bug;

  private PlantedRace(PlantedBug bug) {
    this.bug = bug;
  }

  /** All of them, by name. */
  public static List<PlantedRace> all() throws IOException {
    return PlantedBug.in(FOLDER).stream().map(PlantedRace::new).toList();
  }

  /** What the code does wrong. */
  public String mistake() {
    return bug.mistake();
  }

  /** The class that must find it. */
  public String scenario() {
    return bug.tests().getFirst();
  }

  /** Whether the class that must find it has a source. */
  boolean hasScenario() {
    return Files.exists(SCENARIOS.resolve(scenario().replace('.', '/') + ".java"));
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
