package dev.ringpost.cli.operator;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.events.UserDevices;
import dev.ringpost.tools.events.UserDevices.Registration;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.UnreadableTopicsException;
import dev.ringpost.tools.trace.SupportFacts;
import dev.ringpost.tools.trace.TraceReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
    versionProvider = ProgramVersion.class,
    description = {
      "Says why a call did not ring, and shows all that the topics tell of it.",
      "",
      "It reads invites, retries, signals, results and dead letters of a stretch of time, by"
          + " seeking, and prints the likely cause first, then one line for each record in the"
          + " order of time: invited, each try with each device, its connection, status, Apple's"
          + " reason and apns-id, signals, verdicts. Tokens are shown as digests, but with"
          + " --for-apple --reveal. It joins no group and writes nothing.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  Text for people, or one JSON object, with --for-apple an array of objects. How far it has",
      "  read goes to standard error, where that is a terminal.",
      "",
      "Examples:",
      "  ringpost trace a84b4c76e66710@pc33.atlanta.example.com --config ringpost.yaml",
      "  ringpost trace a84b4c76e66710@pc33.atlanta.example.com --config ringpost.yaml \\",
      "      --around 2026-11-24T09:30:00Z --window 5m",
      "  ringpost trace c1 --config ringpost.yaml -o json | jq .invites[].likelyCause.code",
      "  ringpost trace c1 --config ringpost.yaml --for-apple",
      "  ringpost trace c1 --config ringpost.yaml --for-apple --reveal"
    })
final class TraceCommand implements Callable<Integer> {

  /** Bound on the stretch that is read at once: a day. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final OperatorRun run;

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

  @Option(
      names = "--reveal",
      description =
          "With --for-apple, print the tokens too, as far as they are still registered. For that"
              + " the topic of tokens is read whole.")
  private boolean reveal;

  @Mixin private ReportOptions options = new ReportOptions();

  TraceCommand(OperatorRun run) {
    this.run = run;
  }

  @Override
  public Integer call() {
    if (reveal && !forApple) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--reveal prints tokens with --for-apple only; give both");
    }
    CallId id = OperatorRun.typed(spec, "CALL-ID", Objects.requireNonNull(call), CallId::new);
    Stretch stretch =
        WantedTime.stretch(
            spec, around, Objects.requireNonNull(window), LONGEST, run.clock().instant());
    return run.run(
        options.config(),
        (config, reading) -> {
          TraceReport report =
              TraceReport.read(config, id, stretch, run.clock().instant(), reading::at);
          if (forApple) {
            SupportFacts facts = facts(report, config, reading);
            reading.end();
            run.print(options.output(), facts::text, facts::json);
          } else {
            reading.end();
            run.print(options.output(), report::text, report::json);
          }
          return report.isFound() ? ExitCode.CLEAN : ExitCode.NOT_FOUND;
        });
  }

  private SupportFacts facts(TraceReport report, RingpostConfig config, ProgressLine reading)
      throws UnreadableTopicsException {
    SupportFacts facts = report.forApple();
    if (!reveal) {
      return facts;
    }
    Map<UserId, List<Device>> registered = new HashMap<>();
    for (UserId user : facts.users()) {
      List<Registration> found = UserDevices.of(config, user, run.clock().instant(), reading::at);
      registered.put(user, found.stream().flatMap(TraceCommand::device).toList());
    }
    return facts.revealing(registered);
  }

  private static Stream<Device> device(Registration registration) {
    return switch (registration) {
      case Registration.Live(Device device) -> Stream.of(device);
      case Registration.Dead(Device device, _) -> Stream.of(device);
      case Registration.Unreadable _ -> Stream.empty();
    };
  }
}
