package dev.ringpost.chart;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The chart in the working tree, rendered by Helm itself, without a cluster. */
public final class Chart {

  static final Path FOLDER = Path.of("helm", "ringpost");

  /** The release and its namespace in all renderings. */
  static final String NAME = "ringpost";

  private static final String KUBERNETES = "1.32.0";

  /** The fewest values that the chart takes. */
  static final String LEAST =
      """
      kafka:
        bootstrapServers: ["kafka-bootstrap:9092"]
      apps:
        - bundleIds: [com.example.phone]
          key: {secret: ringpost-apns, file: AuthKey_ABC123DEFG.p8, keyId: ABC123DEFG, teamId: TEAM123456}
      """;

  private Chart() {}

  /** Helm's strict judgement. */
  static LintResult lint() {
    return new Helm(FOLDER).lint().strict().call();
  }

  /** All objects with the least values and these beside or instead of them. */
  public static Manifests with(String values) {
    return new Manifests(text(values));
  }

  /** The text that Helm renders; throws Helm's words where a guard or the schema refuses. */
  static String text(String values) {
    return text(LEAST, values);
  }

  /**
   * The objects with those that {@code helm test} runs, which no rendering has.
   *
   * @param copy an empty folder, for a chart whose hook is none
   */
  static Manifests withTests(Path copy, String values) {
    try (Stream<Path> paths = Files.walk(FOLDER)) {
      for (Path path : paths.toList()) {
        Path to = copy.resolve(FOLDER.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(to);
        } else {
          Files.copy(path, to);
        }
      }
      Path test = copy.resolve("templates").resolve("tests").resolve("call.yaml");
      String hook = Files.readString(test);
      Files.writeString(test, hook.replace("\"helm.sh/hook\"", "\"hook\""));
      return new Manifests(text(copy, LEAST, values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Later values win. */
  static String text(String first, String second) {
    return text(FOLDER, first, second);
  }

  private static String text(Path folder, String first, String second) {
    Path least = file(first);
    Path more = file(second);
    try {
      return new Helm(folder)
          .template()
          .withName(NAME)
          .withNamespace(NAME)
          .withKubeVersion(KUBERNETES)
          .withValuesFile(least)
          .withValuesFile(more)
          .call();
    } finally {
      remove(least);
      remove(more);
    }
  }

  /** What Helm says after an install. */
  static String notes(String values) {
    Path least = file(LEAST);
    Path more = file(values);
    try {
      String told =
          new Helm(FOLDER)
              .install()
              .withName(NAME)
              .withNamespace(NAME)
              .withKubeVersion(KUBERNETES)
              .clientOnly()
              .withDryRunOption(DryRun.CLIENT)
              .withValuesFile(least)
              .withValuesFile(more)
              .call()
              .getOutput();
      return told.substring(told.indexOf("NOTES:"));
    } finally {
      remove(least);
      remove(more);
    }
  }

  private static Path file(String values) {
    try {
      return Files.writeString(Files.createTempFile("values", ".yaml"), values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
