package dev.ringpost.cli;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.dlq.LetterFilter;
import dev.ringpost.tools.dlq.LetterList;
import dev.ringpost.tools.dlq.LetterView;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ringpost dlq}: the dead letters, as a list and one by one. */
@Command(
    name = "dlq",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Lists dead letters and shows one of them.",
      "",
      "It reads a stretch of time of the topic of dead letters, by seeking.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ringpost dlq list --config ringpost.yaml",
      "  ringpost dlq show 3@1042 --config ringpost.yaml"
    })
final class DlqCommand {

  private DlqCommand() {}

  /** The command with those below it. */
  static CommandLine of(
      Map<String, String> environment,
      InstantSource clock,
      Consumer<RingpostConfig.Log> logging,
      PrintWriter out,
      PrintWriter err) {
    var run = new Run(environment, logging, out, err);
    return new CommandLine(new DlqCommand())
        .addSubcommand(new ListCommand(run, clock))
        .addSubcommand(new ShowCommand(run));
  }

  /** {@code ringpost dlq list}: which dead letters there are, and of which reason how many. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      versionProvider = Cli.Version.class,
      description = {
        "Lists dead letters: how many of each reason, then one line each with time, place, reason,"
            + " call, callee and detail. A caller's name or address is never shown.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  ringpost dlq list --config ringpost.yaml",
        "  ringpost dlq list --reason wrong_topic --window 2h --config ringpost.yaml",
        "  ringpost dlq list --callee alice --around 2026-11-24T09:30:00Z --config ringpost.yaml",
        "  ringpost dlq list --config ringpost.yaml -o json | jq .reasons"
      })
  private static final class ListCommand implements Callable<Integer> {

    private final Run run;
    private final InstantSource clock;

    @Mixin private Chosen letters = new Chosen();
    @Mixin private ReportOptions options = new ReportOptions();

    ListCommand(Run run, InstantSource clock) {
      this.run = run;
      this.clock = clock;
    }

    @Override
    public Integer call() {
      Stretch stretch = letters.stretch(clock.instant());
      return run.run(
          options,
          "offsets",
          (config, progress) -> {
            LetterList list = LetterList.read(config, stretch, letters.filter(), progress::at);
            progress.end();
            run.print(options, list::text, list::json);
            return list.isFound() ? ExitCode.CLEAN : ExitCode.NOT_FOUND;
          });
    }
  }

  /** {@code ringpost dlq show}: one dead letter. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      versionProvider = Cli.Version.class,
      description = {
        "Shows one dead letter: what its reason means, what to do, and all headers.",
        "",
        "Key and value are shown with --reveal only: they name the caller. What is not plain text"
            + " is shown in Base64.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  ringpost dlq show 3@1042 --config ringpost.yaml",
        "  ringpost dlq show 3@1042 --reveal --config ringpost.yaml -o json"
      })
  private static final class ShowCommand implements Callable<Integer> {

    private static final Pattern PLACE = Pattern.compile("(\\d{1,9})@(\\d{1,18})");

    private final Run run;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
        paramLabel = "PARTITION@OFFSET",
        description = "The letter's place, as list has it.")
    private @Nullable String place;

    @Option(names = "--reveal", description = "Show key and value too.")
    private boolean reveal;

    @Mixin private ReportOptions options = new ReportOptions();

    ShowCommand(Run run) {
      this.run = run;
    }

    @Override
    public Integer call() {
      Matcher matcher = PLACE.matcher(Objects.requireNonNull(place));
      if (!matcher.matches()) {
        throw new ParameterException(
            Objects.requireNonNull(spec).commandLine(),
            "PARTITION@OFFSET must be a place such as 3@1042");
      }
      int partition = Integer.parseInt(matcher.group(1));
      long offset = Long.parseLong(matcher.group(2));
      return run.run(
          options,
          "offsets",
          (config, _) -> {
            LetterView view = LetterView.read(config, partition, offset, reveal);
            run.print(options, view::text, view::json);
            return view.isFound() ? ExitCode.CLEAN : ExitCode.NOT_FOUND;
          });
    }
  }

  /** The options that choose dead letters; picocli sets the fields. */
  private static final class Chosen {

    /** Bound on the stretch that is read at once: a week. */
    private static final Duration LONGEST = Duration.ofDays(7);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
        names = "--around",
        paramLabel = "TIME",
        description = "A moment in RFC 3339, about which to read; without it the time up to now.")
    private @Nullable String around;

    @Option(
        names = "--window",
        defaultValue = "24h",
        paramLabel = "LENGTH",
        description = "How much to read, such as 90s, 15m, 2h; at most 168h. (${DEFAULT-VALUE})")
    private @Nullable String window;

    @Option(
        names = "--reason",
        paramLabel = "CODE",
        description = "Only letters with this reason, such as wrong_topic.")
    private @Nullable String reason;

    @Option(names = "--callee", paramLabel = "USER", description = "Only calls to this user.")
    private @Nullable String callee;

    @Option(
        names = "--app",
        paramLabel = "BUNDLE",
        description = "Only invites that name this app.")
    private @Nullable String app;

    @Option(
        names = "--stage",
        paramLabel = "STAGE",
        description = "Only what went wrong there: decode or deliver.")
    private @Nullable String stage;

    LetterFilter filter() {
      return new LetterFilter(
          Optional.ofNullable(reason),
          Optional.ofNullable(callee),
          Optional.ofNullable(app),
          Optional.ofNullable(stage));
    }

    Stretch stretch(Instant now) {
      try {
        return WantedTime.stretch(around, Objects.requireNonNull(window), LONGEST, now);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            Objects.requireNonNull(spec).commandLine(),
            Objects.requireNonNullElse(e.getMessage(), "wrong time"));
      }
    }
  }

  /** The common part of the commands about dead letters: configuration, failures, print. */
  private static final class Run {

    /** The work of a command. */
    @FunctionalInterface
    interface Work {
      ExitCode with(RingpostConfig config, ProgressLine progress) throws UnreadableTopicsException;
    }

    private final Map<String, String> environment;
    private final Consumer<RingpostConfig.Log> logging;
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * @param logging is told the wanted logging, for standard output is the report's
     */
    Run(
        Map<String, String> environment,
        Consumer<RingpostConfig.Log> logging,
        PrintWriter out,
        PrintWriter err) {
      this.environment = environment;
      this.logging = logging;
      this.out = out;
      this.err = err;
    }

    /**
     * Does the work and tells how it ended.
     *
     * @param unit what the progress counts
     */
    int run(ReportOptions options, String unit, Work work) {
      var progress = new ProgressLine(err, unit);
      try {
        RingpostConfig config = ConfigLoader.loadWithoutApple(options.config(), environment);
        logging.accept(config.log());
        return work.with(config, progress).number();
      } catch (InvalidConfigException e) {
        List<String> lines = e.problems().stream().map(Problem::toString).toList();
        Cli.list(err, e.file() + " is not valid; nothing was read.", lines);
        return ExitCode.CONFIGURATION.number();
      } catch (UnreadableTopicsException e) {
        progress.end();
        err.println("ringpost: the topics cannot be used: " + e.getMessage());
        err.println("See: ringpost check --config " + options.config());
        err.flush();
        return ExitCode.UNAVAILABLE.number();
      }
    }

    /** Prints a report in the form that is asked for. */
    void print(ReportOptions options, Supplier<List<String>> text, Supplier<String> json) {
      switch (options.output()) {
        case TEXT -> text.get().forEach(out::println);
        case JSON -> out.println(json.get());
      }
      out.flush();
    }
  }
}
