package dev.ringpost.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A look at all that a build's tests have printed and reported, by which the build fails if a
 * secret or a caller is in it. Its arguments are the folders of the reports.
 */
public final class SuiteOutput {

  private SuiteOutput() {}

  public static void main(String[] folders) throws IOException {
    System.exit(look(Stream.of(folders).map(Path::of).toList(), System.err) ? 0 : 1);
  }

  /** Whether there was something to look at, and no secret in it. */
  static boolean look(List<Path> folders, PrintStream said) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> all = Files.walk(folder)) {
          all.filter(Files::isRegularFile).forEach(files::add);
        }
      }
    }
    boolean clean = !files.isEmpty();
    if (!clean) {
      said.println("The tests have left no output in " + folders + "; was it removed?");
    }
    for (Path file : files) {
      // Bytes as characters: what a process prints may be no text at all.
      var found = SecretShapes.in(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (found.isPresent()) {
        clean = false;
        said.println(file + " holds " + found.get() + "; find who prints it");
      }
    }
    return clean;
  }
}
