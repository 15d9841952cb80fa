package dev.ringpost.cli;

import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ringpost topics create} and {@code ringpost topics check}. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Compares the topics with what Ringpost needs, as a worker does at start.",
      "",
      "check names what is missing or wrongly set, each with its fix. create also creates what is"
          + " missing, with the partitions, replicas and settings that a worker would give it. A"
          + " topic that exists is never changed. No app and no credential need be there.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ringpost topics create --config ringpost.yaml",
      "  ringpost topics check --config ringpost.yaml --output json"
    })
final class TopicsCommand implements Callable<Integer> {

  /** The task of the command. */
  enum Task {
    CREATE,
    CHECK
  }

  private final CheckRun checks;

  @Parameters(paramLabel = "create|check", description = "Whether missing topics are created.")
  private @Nullable Task task;

  @Mixin private ReportOptions options = new ReportOptions();

  TopicsCommand(CheckRun checks) {
    this.checks = checks;
  }

  @Override
  public Integer call() {
    boolean create =
        switch (Objects.requireNonNull(task)) {
          case CREATE -> true;
          case CHECK -> false;
        };
    return checks.topics(options, create);
  }
}
