package dev.ringpost.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A text that an option names the place of: a file, or standard input. */
public final class TypedText {

  /** What stands for standard input in place of a file. */
  public static final String STANDARD_INPUT = "-";

  private TypedText() {}

  /**
   * The text.
   *
   * @param option which names the place
   * @param place a file, or {@link #STANDARD_INPUT}
   * @param bound how many bytes are read at most
   * @throws ParameterException if it cannot be read
   */
  public static String read(
      CommandSpec spec, String option, String place, int bound, InputStream in) {
    try (InputStream from =
        place.equals(STANDARD_INPUT) ? in : Files.newInputStream(Path.of(place))) {
      return new String(from.readNBytes(bound), StandardCharsets.UTF_8);
    } catch (IOException _) {
      throw new ParameterException(spec.commandLine(), option + ": " + place + " cannot be read");
    }
  }
}
