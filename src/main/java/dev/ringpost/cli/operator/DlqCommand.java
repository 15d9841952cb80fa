package dev.ringpost.cli.operator;

import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.tools.dlq.LetterList;
import dev.ringpost.tools.dlq.LetterView;
import dev.ringpost.tools.records.Stretch;
import java.util.Objects;
import java.util.concurrent.Callable;
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

/** {@code ringpost dlq}: the dead letters, as a list, one by one, and back to the invites. */
@Command(
    name = "dlq",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Lists dead letters, shows one of them, and replays those that may still ring.",
      "",
      "It reads a stretch of time of the topic of dead letters, by seeking.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ringpost dlq list --config ringpost.yaml",
      "  ringpost dlq show 3@1042 --config ringpost.yaml",
      "  ringpost dlq replay --reason wrong_topic --dry-run --config ringpost.yaml"
    })
final class DlqCommand {

  private DlqCommand() {}

  /** The command with those below it. */
  static CommandLine of(OperatorRun run) {
    return new CommandLine(new DlqCommand())
        .addSubcommand(new ListCommand(run))
        .addSubcommand(new ShowCommand(run))
        .addSubcommand(new ReplayCommand(run));
  }

  /** {@code ringpost dlq list}: which dead letters there are, and of which reason how many. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class,
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

    private final OperatorRun run;

    @Mixin private LetterOptions letters = new LetterOptions();
    @Mixin private ReportOptions options = new ReportOptions();

    ListCommand(OperatorRun run) {
      this.run = run;
    }

    @Override
    public Integer call() {
      Stretch stretch = letters.stretch(run.clock().instant());
      return run.run(
          options.config(),
          (config, reading) -> {
            LetterList list = LetterList.read(config, stretch, letters.filter(), reading::at);
            reading.end();
            run.print(options.output(), list::text, list::json);
            return list.isFound() ? ExitCode.CLEAN : ExitCode.NOT_FOUND;
          });
    }
  }

  /** {@code ringpost dlq show}: one dead letter. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class,
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

    private final OperatorRun run;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
        paramLabel = "PARTITION@OFFSET",
        description = "The letter's place, as list has it.")
    private @Nullable String place;

    @Option(names = "--reveal", description = "Show key and value too.")
    private boolean reveal;

    @Mixin private ReportOptions options = new ReportOptions();

    ShowCommand(OperatorRun run) {
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
          options.config(),
          (config, _) -> {
            LetterView view = LetterView.read(config, partition, offset, reveal);
            run.print(options.output(), view::text, view::json);
            return view.isFound() ? ExitCode.CLEAN : ExitCode.NOT_FOUND;
          });
    }
  }
}
