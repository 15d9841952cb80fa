package dev.ringpost.planted;

import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.Patch;
import com.github.difflib.patch.PatchFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A mistake in one source file, as a patch: what it does on the first lines, then the tests that
 * must catch it, then the difference.
 *
 * @param name of the patch's file, without its ending
 * @param mistake what the code does wrong
 * @param source the file that it is planted in, below the project's folder
 * @param tests classes of which one must fail
 */
record PlantedBug(
    String name, String mistake, Path source, List<String> tests, Patch<String> patch) {

  /** The folder of the patches. */
  static final Path FOLDER = Path.of("src", "test", "mutants");

  private static final String ENDING = ".patch";
  private static final String TESTS = "Tests: ";
  private static final String SOURCE = "--- a/";

  /** All patches, by name. */
  static List<PlantedBug> all() throws IOException {
    return in(FOLDER);
  }

  /** The patches of a folder, by name. */
  static List<PlantedBug> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ENDING))
          .sorted()
          .map(PlantedBug::read)
          .toList();
    }
  }

  private static PlantedBug read(Path file) {
    try {
      String name = file.getFileName().toString();
      return of(name.substring(0, name.length() - ENDING.length()), Files.readAllLines(file));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }

  /**
   * A bug as a patch file has it.
   *
   * @throws IllegalArgumentException if a part is missing
   */
  static PlantedBug of(String name, List<String> lines) {
    String tests = line(name, lines, TESTS);
    return new PlantedBug(
        name,
        String.join(" ", lines.subList(0, lines.indexOf(TESTS + tests))).strip(),
        Path.of(line(name, lines, SOURCE)),
        List.of(tests.split(", ", -1)),
        UnifiedDiffUtils.parseUnifiedDiff(lines));
  }

  @Override
  public String toString() {
    return name;
  }

  private static String line(String name, List<String> lines, String beginning) {
    return lines.stream()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(name + " has no line that begins " + beginning));
  }

  /**
   * The source with the mistake in it. Lines may have moved since the patch was made, but the
   * context must be as it was.
   *
   * @throws IllegalStateException if the source has become another: the patch must be written again
   */
  String planted() throws IOException {
    List<String> sound = Files.readAllLines(source);
    try {
      return String.join("\n", patch.applyFuzzy(sound, 0)) + "\n";
    } catch (PatchFailedException e) {
      throw new IllegalStateException(
          FOLDER.resolve(name + ENDING) + " does not fit " + source + " any more; write it again",
          e);
    }
  }
}
