package dev.ringpost.cli.report;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that prints a report; picocli sets the fields. */
public final class ReportOptions {

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "The configuration file.")
  private @Nullable Path config;

  @Mixin private OutputOption form = new OutputOption();

  /** The configuration file. */
  public Path config() {
    return Objects.requireNonNull(config);
  }

  /** The form that is asked for. */
  public OutputOption.Output output() {
    return form.output();
  }
}
