package dev.ringpost.cli.operator;

import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.tools.apple.AppleReport;
import dev.ringpost.tools.apple.Days;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringpost apple}: Apple's own counts of what became of the pushes. */
@Command(
    name = "apple",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Tells Apple's own counts of what became of the pushes, beside what was accepted here.",
      "",
      "For each app of the configuration it asks Apple's data export of delivery metrics for whole"
          + " days in UTC up to yesterday, and counts the accepted pushes in the results of these"
          + " days, as far as the topic still has them. Tokens of the export are read from"
          + " apns.delivery-metrics.token-folder; keys and certificates are not. It joins no group"
          + " and writes nothing.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  Text for people, or one JSON object with all rows of Apple's. A token that ends within 30",
      "  days is named, where its file says when.",
      "",
      "Examples:",
      "  ringpost apple --config ringpost.yaml",
      "  ringpost apple --days 30 --config ringpost.yaml",
      "  ringpost apple --config ringpost.yaml -o json | jq '.apps[].tokenDaysLeft'"
    })
final class AppleCommand implements Callable<Integer> {

  /** Bound on the wait for Apple's exports. */
  private static final int LONGEST_WAIT = 3600;

  private final OperatorRun run;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--days",
      defaultValue = "7",
      paramLabel = "COUNT",
      description =
          "How many days, 2 to 30; Apple has them from the day before today on. (${DEFAULT-VALUE})")
  private int days;

  @Option(
      names = "--wait-seconds",
      defaultValue = "300",
      paramLabel = "SECONDS",
      description =
          "How long Apple may take to make the exports, 1 to 3600. What is not made then can be"
              + " asked for again. (${DEFAULT-VALUE})")
  private int waitSeconds;

  @Mixin private ReportOptions options = new ReportOptions();

  AppleCommand(OperatorRun run) {
    this.run = run;
  }

  @Override
  public Integer call() {
    Instant now = run.clock().instant();
    if (waitSeconds < 1 || waitSeconds > LONGEST_WAIT) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--wait-seconds: must be 1 to " + LONGEST_WAIT);
    }
    Days asked = OperatorRun.typed(spec, "--days", "", _ -> Days.before(now, days));
    return run.run(
        options.config(),
        ConfigLoader::loadWithoutCredentials,
        (config, reading) -> {
          AppleReport report =
              AppleReport.read(config, asked, Duration.ofSeconds(waitSeconds), now, reading::at);
          reading.end();
          run.print(options.output(), report::text, report::json);
          return switch (report.end()) {
            case WHOLE -> ExitCode.CLEAN;
            case TOKEN_REFUSED -> ExitCode.CREDENTIAL_REFUSED;
            case INCOMPLETE -> ExitCode.UNAVAILABLE;
          };
        });
  }
}
