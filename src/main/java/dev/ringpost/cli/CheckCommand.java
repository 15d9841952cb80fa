package dev.ringpost.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ringpost check}: the check of everything that a worker needs. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class,
    description = {
      "Checks everything that a worker needs, and says how to fix what fails.",
      "",
      "Configuration; Kafka, topics, the rights of this user to topics and groups; after which time"
          + " a dead worker is replaced; whether the topics of tokens can be read, and how many"
          + " records they have; keys and certificates; and the way to APNs, by one push for each"
          + " app and environment to a token that no phone has. Run it with the worker's"
          + " configuration, where the worker will run.",
      "",
      "It rings no phone, joins no group, creates no topic, and may run beside workers. After 100 s"
          + " it ends, and says what it was checking.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  One line for each thing, ok, warning or failed, and its fix below it. What failed keeps",
      "  phones from ringing or results from being written; a warning does not.",
      "",
      "Examples:",
      "  ringpost check --config /etc/ringpost/ringpost.yaml",
      "  ringpost check --config ringpost.yaml --output json | jq '.lines[] | select(.fix != \"\")'"
    })
final class CheckCommand implements Callable<Integer> {

  private final CheckRun checks;

  @Mixin private ReportOptions options = new ReportOptions();

  CheckCommand(CheckRun checks) {
    this.checks = checks;
  }

  @Override
  public Integer call() {
    return checks.everything(options);
  }
}
