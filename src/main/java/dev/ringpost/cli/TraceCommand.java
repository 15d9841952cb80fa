package dev.ringpost.cli;

import dev.ringpost.call.CallId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.UnreadableTopicsException;
import dev.ringpost.tools.trace.TraceReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ringpost trace}: why a call did not ring, from all topics. */
@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class,
    description = {
      "Says why a call did not ring, and shows all that the topics tell of it.",
      "",
      "It reads invites, retries, signals, results and dead letters of a stretch of time, by"
          + " seeking, and prints the likely cause first, then one line for each record in the"
          + " order of time: invited, each try with each device, its connection, status, Apple's"
          + " reason and apns-id, signals, verdicts. Tokens are shown as digests. It joins no group"
          + " and writes nothing.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  Text for people, or one JSON object. How far it has read goes to standard error, where",
      "  that is a terminal.",
      "",
      "Examples:",
      "  ringpost trace a84b4c76e66710@pc33.atlanta.example.com --config ringpost.yaml",
      "  ringpost trace a84b4c76e66710@pc33.atlanta.example.com --config ringpost.yaml \\",
      "      --around 2026-11-24T09:30:00Z --window 5m",
      "  ringpost trace c1 --config ringpost.yaml -o json | jq .invites[].likelyCause.code",
      "  ringpost trace c1 --config ringpost.yaml --for-apple"
    })
final class TraceCommand implements Callable<Integer> {

  /** Bound on the stretch that is read at once: a day. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Map<String, String> environment;
  private final InstantSource clock;
  private final Consumer<RingpostConfig.Log> logging;
  private final PrintWriter out;
  private final PrintWriter err;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "CALL-ID", description = "The call's id, as in its invite.")
  private @Nullable String call;

  @Option(
      names = "--around",
      paramLabel = "TIME",
      description = "A moment in RFC 3339, about which to read; without it the time up to now.")
  private @Nullable String around;

  @Option(
      names = "--window",
      defaultValue = "15m",
      paramLabel = "LENGTH",
      description = "How much to read, such as 90s, 15m, 2h; at most 24h. (${DEFAULT-VALUE})")
  private @Nullable String window;

  @Option(
      names = "--for-apple",
      description = "Print what Apple's support asks for first, of each push of the call.")
  private boolean forApple;

  @Mixin private ReportOptions options = new ReportOptions();

  /**
   * @param logging is told the wanted logging, for standard output is the report's
   */
  TraceCommand(
      Map<String, String> environment,
      InstantSource clock,
      Consumer<RingpostConfig.Log> logging,
      PrintWriter out,
      PrintWriter err) {
    this.environment = environment;
    this.clock = clock;
    this.logging = logging;
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    CallId id = callId();
    Stretch stretch = stretch();
    try {
      RingpostConfig config = ConfigLoader.loadWithoutApple(options.config(), environment);
      logging.accept(config.log());
      var progress = new ProgressLine(err, "offsets");
      TraceReport report = TraceReport.read(config, id, stretch, clock.instant(), progress::at);
      progress.end();
      return print(report).number();
    } catch (InvalidConfigException e) {
      List<String> lines = e.problems().stream().map(Problem::toString).toList();
      Cli.list(err, e.file() + " is not valid; nothing was read.", lines);
      return ExitCode.CONFIGURATION.number();
    } catch (UnreadableTopicsException e) {
      err.println("ringpost: the topics cannot be read: " + e.getMessage());
      err.println("See: ringpost check --config " + options.config());
      err.flush();
      return ExitCode.UNAVAILABLE.number();
    }
  }

  private ExitCode print(TraceReport report) {
    if (forApple) {
      report.forApple().forEach(out::println);
    } else {
      switch (options.output()) {
        case TEXT -> report.text().forEach(out::println);
        case JSON -> out.println(report.json());
      }
    }
    out.flush();
    return report.isFound() ? ExitCode.CLEAN : ExitCode.NOT_FOUND;
  }

  private CallId callId() {
    try {
      return new CallId(Objects.requireNonNull(call));
    } catch (IllegalArgumentException e) {
      throw wrong("CALL-ID: " + e.getMessage());
    }
  }

  private Stretch stretch() {
    try {
      return WantedTime.stretch(around, Objects.requireNonNull(window), LONGEST, clock.instant());
    } catch (IllegalArgumentException e) {
      throw wrong(Objects.requireNonNullElse(e.getMessage(), "wrong time"));
    }
  }

  private ParameterException wrong(String words) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), words);
  }
}
