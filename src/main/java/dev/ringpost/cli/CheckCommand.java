package dev.ringpost.cli;

import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code ringpost check}: the check of everything that a worker, a gateway, {@code ringpost health}
 * or {@code ringpost synthetic} needs.
 */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Checks everything that a worker, a gateway, ringpost health or ringpost synthetic needs, and"
          + " says how to fix what fails.",
      "",
      "Configuration; Kafka, topics, the rights of this user to topics and groups; after which time"
          + " a dead worker is replaced; whether the topics of tokens can be read, and how many"
          + " records they have; keys and certificates; and the way to APNs, by one push for each"
          + " app and environment to a token that no phone has. Run it with the worker's"
          + " configuration, where the worker will run.",
      "",
      "With --gateway: the settings of the gateway and the files that they name (bearer tokens, key"
          + " store, client authorities, the webhook's secret), Kafka, and the rights of the"
          + " gateway's user to its topics and the webhook's group. Apple's part of the"
          + " configuration is not looked at.",
      "",
      "With --health: the settings of ringpost health, Kafka, and the rights of its user to its"
          + " topics and its group. Apple's part is not looked at either.",
      "",
      "With --synthetic: the settings of ringpost synthetic, whether a worker would accept its"
          + " invite, Kafka, and the rights of its user to its topics. It calls nobody; ringpost"
          + " synthetic --once does.",
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
      "  ringpost check --gateway --config /etc/ringpost/ringpost.yaml",
      "  ringpost check --health --config /etc/ringpost/ringpost.yaml",
      "  ringpost check --synthetic --config /etc/ringpost/ringpost.yaml",
      "  ringpost check --config ringpost.yaml --output json | jq '.lines[] | select(.fix != \"\")'"
    })
final class CheckCommand implements Callable<Integer> {

  /** The service that is checked in the worker's place; one at most. */
  private static final class Service {
    @Option(
        names = "--gateway",
        description = "Check what a gateway needs, and not what a worker does.")
    private boolean gateway;

    @Option(
        names = "--health",
        description = "Check what ringpost health needs, and not what a worker does.")
    private boolean health;

    @Option(
        names = "--synthetic",
        description = "Check what ringpost synthetic needs, and not what a worker does.")
    private boolean synthetic;
  }

  private final CheckRun checks;

  @ArgGroup private Service service = new Service();

  @Mixin private ReportOptions options = new ReportOptions();

  CheckCommand(CheckRun checks) {
    this.checks = checks;
  }

  @Override
  public Integer call() {
    if (service.gateway) {
      return checks.gateway(options);
    }
    if (service.synthetic) {
      return checks.synthetic(options);
    }
    return service.health ? checks.health(options) : checks.everything(options);
  }
}
