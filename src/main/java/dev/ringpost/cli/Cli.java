package dev.ringpost.cli;

import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.operator.OperatorCommands;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.config.ConfigLoader;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program as a function from arguments to an exit code. For one thread. */
public final class Cli {

  private static final Logger log = LoggerFactory.getLogger(Cli.class);

  private static final int WIDTH = 96;

  /** Bound on the causes that an internal error's line tells. */
  private static final int MAX_CAUSES = 4;

  private final CommandLine commands;
  private final Logging logging;

  /**
   * @param environment all variables of the process
   * @param in gives a payload or a token where one is asked for
   * @param out gets help, version and answers
   * @param err gets everything that went wrong, before and besides the log
   * @param ids gives each push an {@code apns-id}
   * @param logging is set up as the configuration wants it
   */
  public Cli(
      Map<String, String> environment,
      InputStream in,
      PrintWriter out,
      PrintWriter err,
      WorkerFactory workers,
      WorkerFactory.OfShadow shadows,
      WorkerFactory gateways,
      WorkerFactory searches,
      WorkerFactory syntheticCalls,
      InstantSource clock,
      Supplier<UUID> ids,
      StopSignal signal,
      Logging logging) {
    this(
        out,
        err,
        logging,
        Stream.of(
                Stream.of(
                    new RunCommand(
                        environment,
                        clock,
                        workers,
                        shadows,
                        new ServiceRun(signal, logging::configure, err)),
                    new GatewayCommand(
                        environment, gateways, new ServiceRun(signal, logging::configure, err)),
                    new HealthCommand(
                        environment, searches, new ServiceRun(signal, logging::configure, err)),
                    new PushCommand(environment, clock, ids, in, out, err),
                    new CheckCommand(
                        new CheckRun(
                            environment, clock, Looks.of(clock, ids), logging::quiet, out)),
                    new TopicsCommand(
                        new CheckRun(
                            environment, clock, Looks.of(clock, ids), logging::quiet, out))),
                OperatorCommands.all(
                    environment,
                    clock,
                    ids,
                    logging::quiet,
                    in,
                    signal::onStop,
                    file ->
                        new ServiceRun(signal, logging::configure, err)
                            .run(
                                () -> ConfigLoader.loadWithoutApple(file, environment),
                                syntheticCalls)
                            .number(),
                    out,
                    err),
                Stream.of(
                    new PlanCommand(environment, out, err),
                    new CellCommand(out),
                    new ConfigCommand(out)))
            .flatMap(Function.identity())
            .toArray());
  }

  Cli(PrintWriter out, PrintWriter err, Logging logging, Object... subcommands) {
    this.logging = logging;
    CommandLine root = new CommandLine(new Root());
    List.of(subcommands).forEach(root::addSubcommand);
    root.addSubcommand(help());
    this.commands =
        root.setOut(out)
            .setErr(err)
            .setUsageHelpWidth(WIDTH)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((wrong, _) -> usage(wrong))
            .setExecutionExceptionHandler((thrown, _, _) -> internal(thrown));
    explain(commands.getCommandSpec());
  }

  /** picocli's own, which has no examples. */
  private static CommandLine help() {
    var help = new CommandLine(new HelpCommand());
    help.getCommandSpec().usageMessage().footer("", "Examples:", "  ringpost help trace");
    return help;
  }

  /** Also what stands below it. */
  private static void explain(CommandSpec spec) {
    spec.subcommands().values().forEach(below -> explain(below.getCommandSpec()));
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      codes.put(" " + code.number(), code.meaning());
    }
    UsageMessageSpec usage = spec.usageMessage();
    usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
  }

  /** All commands, with those below them. */
  CommandLine commands() {
    return commands;
  }

  /** Runs one command and returns when it is done. */
  public int run(String... arguments) {
    try {
      return commands.execute(arguments);
    } catch (Error e) {
      return internal(e);
    } finally {
      logging.flush();
    }
  }

  private int usage(ParameterException thrown) {
    ParameterException wrong = misspelt(thrown).orElse(thrown);
    PrintWriter err = commands.getErr();
    err.println("ringpost: " + wrong.getMessage());
    if (wrong instanceof UnmatchedArgumentException unknown) {
      UnmatchedArgumentException.printSuggestions(unknown, err);
    }
    err.println("See: " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCode.USAGE.number();
  }

  /** What is missing is often there, but for a letter: then the unknown option is the news. */
  private static Optional<ParameterException> misspelt(ParameterException thrown) {
    CommandLine command = thrown.getCommandLine();
    return thrown instanceof MissingParameterException
        ? command.getUnmatchedArguments().stream()
            .filter(argument -> argument.startsWith("-"))
            .findFirst()
            .map(option -> new UnmatchedArgumentException(command, List.of(option)))
        : Optional.empty();
  }

  private int internal(Throwable thrown) {
    StringBuilder line = new StringBuilder("ringpost: internal error");
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      line.append(i == 0 ? ": " : ", caused by ")
          .append(cause.toString().lines().findFirst().orElse(""));
      cause = cause.getCause();
    }
    PrintWriter err = commands.getErr();
    err.println(line);
    err.println(
        "This is a fault of Ringpost. Set RINGPOST_LOG_LEVEL=debug to see where it happened, and"
            + " report it with the output of ringpost --version.");
    err.flush();
    log.atDebug().setCause(thrown).log("an internal error ends the program");
    return ExitCode.INTERNAL.number();
  }

  @Command(
      name = "ringpost",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class,
      synopsisSubcommandLabel = "COMMAND",
      description = {
        "Call invites from Kafka in, VoIP pushes to iPhones out, every outcome reported.",
        ""
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  ringpost run --config /etc/ringpost/ringpost.yaml",
        "  RINGPOST_LOG_LEVEL=debug ringpost run --config ringpost.yaml",
        "  ringpost run --shadow --config trial.yaml",
        "  ringpost check --config ringpost.yaml",
        "  ringpost gateway --config ringpost.yaml",
        "  ringpost push --app com.example.phone --token 0123…cdef --config ringpost.yaml",
        "  ringpost trace a84b4c76e66710@pc33.atlanta.example.com --config ringpost.yaml",
        "  ringpost tokens list alice --config ringpost.yaml",
        "  ringpost invite alice --caller sip:bob@example.com --config ringpost.yaml",
        "  ringpost signal test-1 cancelled --config ringpost.yaml",
        "  ringpost dlq list --config ringpost.yaml",
        "  ringpost health --config ringpost.yaml",
        "  ringpost deaf --config ringpost.yaml",
        "  ringpost apple --config ringpost.yaml",
        "  ringpost synthetic --once --config ringpost.yaml",
        "  ringpost watch --config ringpost.yaml",
        "  ringpost plan --calls 2000 --devices 10000000"
      })
  private static final class Root {}
}
