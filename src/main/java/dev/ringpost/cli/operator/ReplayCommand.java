package dev.ringpost.cli.operator;

import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.dlq.Replay;
import dev.ringpost.tools.dlq.ReplayOrder;
import dev.ringpost.tools.dlq.ReplayReport;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringpost dlq replay}: the invites of dead letters, published again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Publishes the invites of dead letters again, one by one, for workers to ring.",
      "",
      "What was replayed is noted under the consumer group "
          + Replay.GROUP
          + ": another run repeats nothing, also after this one was killed. Letters that were not"
          + " chosen stay to be replayed. A call that is over, by its deadline or by a signal, is"
          + " left, unless --even-if-over is given: it rings anew then, from now on. Others keep"
          + " their deadline. Only one replay runs at a time.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  One line for each letter that fits, with what became of it, then how many of each; or one",
      "  JSON object. How far it is goes to standard error, where that is a terminal.",
      "",
      "Examples:",
      "  ringpost dlq replay --reason wrong_topic --window 10m --dry-run --config ringpost.yaml",
      "  ringpost dlq replay --reason wrong_topic --window 10m --config ringpost.yaml",
      "  ringpost dlq replay --callee alice --even-if-over --ring-seconds 20 \\",
      "      --per-second 2 --config ringpost.yaml -o json | jq .counts"
    })
final class ReplayCommand implements Callable<Integer> {

  private final OperatorRun run;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private LetterOptions letters = new LetterOptions();

  @Option(names = "--dry-run", description = "Say what would be replayed, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--even-if-over",
      description = "Also what is over: it rings from the moment of its replay on.")
  private boolean evenIfOver;

  @Option(
      names = "--ring-seconds",
      paramLabel = "SECONDS",
      description =
          "How long what is over rings, with --even-if-over; ring.default without it, at most"
              + " ring.max.")
  private @Nullable Integer ringSeconds;

  @Option(
      names = "--per-second",
      defaultValue = "10",
      paramLabel = "RATE",
      description = "How many letters a second, 0.01 to 100. (${DEFAULT-VALUE})")
  private double perSecond;

  @Mixin private ReportOptions options = new ReportOptions();

  ReplayCommand(OperatorRun run) {
    this.run = run;
  }

  @Override
  public Integer call() {
    if (ringSeconds != null && (!evenIfOver || ringSeconds < 1)) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--ring-seconds must be at least 1, and needs --even-if-over: others keep their"
              + " deadline");
    }
    ReplayOrder order =
        OperatorRun.typed(
            spec,
            "--per-second",
            Double.toString(perSecond),
            rate ->
                new ReplayOrder(
                    letters.stretch(run.clock().instant()),
                    letters.filter(),
                    evenIfOver,
                    Optional.ofNullable(ringSeconds).map(Duration::ofSeconds),
                    Double.parseDouble(rate)));
    return run.run(options.config(), (config, reading) -> replay(config, order, reading));
  }

  private ExitCode replay(RingpostConfig config, ReplayOrder order, ProgressLine reading)
      throws UnreadableTopicsException {
    if (order.ring().filter(it -> it.compareTo(config.ring().max()) > 0).isPresent()) {
      run.err().println("ringpost: --ring-seconds is above ring.max");
      run.err().flush();
      return ExitCode.USAGE;
    }
    var replaying = new ProgressLine(run.err(), "letters");
    try (var replay = new Replay(config, order, run.clock())) {
      ReplayReport report =
          dryRun ? replay.dryRun(reading::at) : replay.run(reading::at, replaying::at);
      reading.end();
      replaying.end();
      run.print(options.output(), report::text, report::json);
      return report.isFound() ? ExitCode.CLEAN : ExitCode.NOT_FOUND;
    } catch (UnreadableTopicsException e) {
      replaying.end();
      throw e;
    }
  }
}
