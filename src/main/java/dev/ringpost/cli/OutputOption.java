package dev.ringpost.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the form of a report; picocli sets the field. */
final class OutputOption {

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "FORM",
      description = "text for people, json for machines: one object. (${DEFAULT-VALUE})")
  private CheckRun.@Nullable Output output;

  CheckRun.Output output() {
    return Objects.requireNonNull(output);
  }
}
