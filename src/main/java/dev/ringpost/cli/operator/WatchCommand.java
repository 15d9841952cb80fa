package dev.ringpost.cli.operator;

import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.OutputOption.Output;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.records.UnreadableTopicsException;
import dev.ringpost.tools.watch.LiveCalls;
import dev.ringpost.tools.watch.Watch;
import dev.ringpost.tools.watch.WatchJson;
import dev.ringpost.tools.watch.WatchText;
import java.io.Console;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringpost watch}: calls and verdicts, as they come. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Shows verdicts as they are told, until Ctrl-C or SIGTERM.",
      "",
      "It reads the topics of results and of invites from now on. In a terminal it shows calls a"
          + " second, shares of verdicts and the time to a verdict over the last minute, how many"
          + " calls are open, and the last calls; 80 columns are enough. Elsewhere it prints a line"
          + " for each verdict. Calls and callees are shown by their digests, as on the live page."
          + " It joins no group and writes nothing.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  A screen where standard output is a terminal, in colours unless NO_COLOR is set; else one",
      "  line for each verdict, or one JSON object on a line. At the end, a line with the sums.",
      "  Whether Kafka answers goes to standard error.",
      "",
      "Examples:",
      "  ringpost watch --config ringpost.yaml",
      "  ringpost watch --config ringpost.yaml --calls 40",
      "  ringpost watch --config ringpost.yaml | grep failed",
      "  ringpost watch --config ringpost.yaml -o json | jq -c 'select(.verdict == \"failed\")'"
    })
final class WatchCommand implements Callable<Integer> {

  private final OperatorRun run;
  private final Consumer<Runnable> onStop;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--calls",
      defaultValue = "15",
      paramLabel = "COUNT",
      description = "How many calls the screen shows, 1 to 50. (${DEFAULT-VALUE})")
  private int shown;

  @Mixin private ReportOptions options = new ReportOptions();

  /**
   * @param onStop takes what is to be done when the process is asked to stop
   */
  WatchCommand(OperatorRun run, Consumer<Runnable> onStop) {
    this.run = run;
    this.onStop = onStop;
  }

  @Override
  public Integer call() {
    if (shown < 1 || shown > LiveCalls.MAX_SHOWN) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--calls must be 1 to " + LiveCalls.MAX_SHOWN);
    }
    return run.run(options.config(), (config, _) -> watch(config));
  }

  private ExitCode watch(RingpostConfig config) throws UnreadableTopicsException {
    try (var watch = new Watch(config, System::nanoTime)) {
      onStop.accept(watch::stop);
      run.err()
          .println(
              "ringpost: watching %d partitions of %s and %s; Ctrl-C ends it"
                  .formatted(
                      watch.partitions(), config.topics().invites(), config.topics().results()));
      run.err().flush();
      LiveCalls seen =
          switch (options.output()) {
            case TEXT -> isScreen() ? onScreen(watch) : watch.run(lines());
            case JSON -> watch.run(new WatchLines(run.out(), run.err(), WatchJson::of));
          };
      run.out()
          .println(
              options.output() == Output.JSON ? WatchJson.summary(seen) : WatchText.summary(seen));
      run.out().flush();
      return ExitCode.CLEAN;
    }
  }

  private WatchLines lines() {
    return new WatchLines(run.out(), run.err(), WatchText::line);
  }

  private LiveCalls onScreen(Watch watch) throws UnreadableTopicsException {
    boolean coloured = run.environment().getOrDefault("NO_COLOR", "").isEmpty();
    try (var screen = new WatchScreen(run.out(), run.clock(), System::nanoTime, shown, coloured)) {
      return watch.run(screen);
    }
  }

  private boolean isScreen() {
    return !run.environment().getOrDefault("TERM", "dumb").equals("dumb")
        && Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
