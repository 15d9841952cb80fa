import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs google-java-format over whole folders: {@code check} fails on a difference, {@code fix}
 * rewrites.
 */
final class Format {
  public static void main(String[] args) throws Exception {
    var options =
        args[0].equals("fix")
            ? List.of("--replace")
            : List.of("--dry-run", "--set-exit-if-changed");
    var command = new ArrayList<>(options);
    for (String folder : Arrays.asList(args).subList(1, args.length)) {
      command.addAll(sources(Path.of(folder)));
    }
    if (command.size() > options.size()) {
      com.google.googlejavaformat.java.Main.main(command.toArray(String[]::new));
    }
  }

  private static List<String> sources(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.walk(folder)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().toList();
    }
  }
}
