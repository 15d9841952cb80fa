package dev.ringpost.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.config.JsonSchema;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ringpost config schema}. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Describes the configuration file.",
      "",
      "schema prints the file's JSON Schema, from which editors complete keys and check values. No"
          + " file and no credential need be there.",
      ""
    },
    footer = {"", "Examples:", "  ringpost config schema > ringpost.schema.json"})
final class ConfigCommand implements Callable<Integer> {

  /** The document to print. */
  enum Subject {
    SCHEMA
  }

  private final PrintWriter out;

  @Parameters(paramLabel = "schema", description = "What is printed.")
  private @Nullable Subject subject;

  ConfigCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    String text =
        switch (Objects.requireNonNull(subject)) {
          case SCHEMA -> schema();
        };
    out.print(text);
    out.flush();
    return ExitCode.CLEAN.number();
  }

  private static String schema() throws JsonProcessingException {
    var indenter = new DefaultIndenter("  ", "\n");
    var printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return new ObjectMapper().writer(printer).writeValueAsString(JsonSchema.ofTheFile()) + "\n";
  }
}
