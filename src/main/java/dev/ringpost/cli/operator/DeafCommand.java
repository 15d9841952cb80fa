package dev.ringpost.cli.operator;

import dev.ringpost.call.WireTime;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.tools.events.DeafDevices;
import dev.ringpost.tools.events.DeafDevices.Deaf;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ringpost deaf}: the devices that are deaf now. */
@Command(
    name = "deaf",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Lists the devices that ringpost health has found deaf.",
      "",
      "It reads the whole topic topics.device-health, joins no group and writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ringpost deaf --config ringpost.yaml",
      "  ringpost deaf --config ringpost.yaml -o json | jq -r '.[].device'"
    })
final class DeafCommand implements Callable<Integer> {

  private final OperatorRun run;

  @Mixin private ReportOptions options = new ReportOptions();

  DeafCommand(OperatorRun run) {
    this.run = run;
  }

  @Override
  public Integer call() {
    return run.run(
        options.config(),
        (config, _) -> {
          List<Deaf> found = DeafDevices.of(config);
          run.print(options.output(), found.stream().map(DeafCommand::row).toList());
          return found.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.CLEAN;
        });
  }

  private static OperatorRun.Row row(Deaf deaf) {
    return new OperatorRun.Row()
        .with("device", deaf.device().wire())
        .with("app", deaf.app().value())
        .with("environment", deaf.environment().wire())
        .with("tokenDigest", deaf.token().value())
        .with("unrungCalls", String.valueOf(deaf.unrungCalls()))
        .with("since", WireTime.of(deaf.since()))
        .with("at", WireTime.of(deaf.at()));
  }
}
