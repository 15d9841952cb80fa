package dev.ringpost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The flags of a JVM in the image with the chart's limit of memory, from the files that say them.
 * What loads native compression from the image's own folder is left out.
 */
final class ImageFlags {

  private static final Pattern OPTIONS = Pattern.compile("--add-options=\"([^\"]+)\"");
  private static final Pattern LIMIT = Pattern.compile("\n  limits:\n    memory: (\\d+)Mi\n");

  private ImageFlags() {}

  /** The flags, from the project's folder. */
  static List<String> read() throws IOException {
    return of(
        Files.readString(Path.of("Dockerfile")),
        Files.readString(Path.of("helm", "ringpost", "values.yaml")));
  }

  /** The flags of an image with such a chart. */
  static List<String> of(String dockerfile, String values) {
    String memory = "-XX:MaxRAM=" + only(LIMIT, values) + "m";
    return Stream.concat(
            Stream.of(memory),
            Stream.of(only(OPTIONS, dockerfile).split(" ", -1))
                .filter(flag -> !flag.startsWith("-D")))
        .toList();
  }

  private static String only(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "nothing is like %s", pattern.pattern()));
    }
    return found.group(1);
  }
}
