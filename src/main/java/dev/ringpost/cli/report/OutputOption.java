package dev.ringpost.cli.report;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the form of a report; picocli sets the field. */
public final class OutputOption {

  /** The form of a report. */
  public enum Output {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "FORM",
      description = "text for people, json for machines: one object. (${DEFAULT-VALUE})")
  private @Nullable Output output;

  /** The form that is asked for. */
  public Output output() {
    return Objects.requireNonNull(output);
  }
}
