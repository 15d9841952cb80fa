package dev.ringpost.cli.operator;

import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.synthetic.Round;
import dev.ringpost.tools.synthetic.SyntheticCall;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ringpost synthetic}: a real call to a test phone each minute, or one. */
@Command(
    name = "synthetic",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Calls a test phone each minute until SIGTERM or SIGINT, or once, and says whether it rang.",
      "",
      "It publishes an invite for the user synthetic.callee, as a call server would, waits at most"
          + " synthetic.within for the final verdict and for a `ringing` of a device, and ends the"
          + " call with `declined`. The push has the field ringpostSynthetic, so that an app knows"
          + " that nobody calls. How long it is since a call came through is a metric;"
          + " docs/tools.md has the rules.",
      ""
    },
    footer = {
      "",
      "Files:",
      "  The configuration is the worker's file; the keys are those of synthetic, kafka, topics,",
      "  ring, admin and log.",
      "",
      "Output:",
      "  With --once one line for people, or one JSON object; without it a log.",
      "",
      "Examples:",
      "  ringpost synthetic --config ringpost.yaml",
      "  ringpost synthetic --once --config ringpost.yaml",
      "  ringpost synthetic --once --config ringpost.yaml -o json | jq .ringingAfterMillis",
      "  RINGPOST_SYNTHETIC_CALLEE=test-phone ringpost synthetic --once --config ringpost.yaml"
    })
final class SyntheticCommand implements Callable<Integer> {

  private final OperatorRun run;
  private final Consumer<Runnable> onStop;
  private final ToIntFunction<Path> service;

  @Option(names = "--once", description = "Make one call and say what came of it.")
  private boolean once;

  @Mixin private ReportOptions options = new ReportOptions();

  /**
   * @param onStop takes what is to be done when the process is asked to stop
   * @param service calls each minute by a configuration file, and returns the exit code
   */
  SyntheticCommand(OperatorRun run, Consumer<Runnable> onStop, ToIntFunction<Path> service) {
    this.run = run;
    this.onStop = onStop;
    this.service = service;
  }

  @Override
  public Integer call() {
    return once
        ? run.run(options.config(), (config, _) -> once(config))
        : service.applyAsInt(options.config());
  }

  private ExitCode once(RingpostConfig config) throws InvalidConfigException {
    var stopping = new CountDownLatch(1);
    onStop.accept(stopping::countDown);
    Optional<Round> round = SyntheticCall.of(config, run.clock(), run.ids()).make(stopping);
    if (round.isEmpty()) {
      run.err().println("ringpost: stopped before it was known what came of the call");
      run.err().flush();
      return ExitCode.UNAVAILABLE;
    }
    run.print(options.output(), round.get()::text, round.get()::json);
    Round.Meaning meaning = round.get().meaning();
    if (meaning.worked()) {
      return ExitCode.CLEAN;
    }
    return meaning.kafkas() ? ExitCode.UNAVAILABLE : ExitCode.NOT_RUNG;
  }
}
