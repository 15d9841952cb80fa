package dev.ringpost.cli.operator;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.events.SignalType;
import dev.ringpost.tools.events.Draft;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ringpost signal}: one well-formed signal by hand. */
@Command(
    name = "signal",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Publishes what became of a call, as a call server would.",
      "",
      "ringing needs --device: that device gets no push any more. The others end the call, for one"
          + " callee or for all: nothing of it rings from then on.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ringpost signal test-1 cancelled --config ringpost.yaml",
      "  ringpost signal test-1 ringing --device iphone-1 --callee alice --config ringpost.yaml"
    })
final class SignalCommand implements Callable<Integer> {

  private final OperatorRun run;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "CALL-ID", description = "The call's id.")
  private @Nullable String call;

  @Parameters(
      index = "1",
      paramLabel = "TYPE",
      description = "ringing, answered, declined, cancelled or ended.")
  private @Nullable SignalType type;

  @Option(
      names = "--callee",
      paramLabel = "USER",
      description = "For whom; without it for everybody in the call.")
  private @Nullable String callee;

  @Option(names = "--device", paramLabel = "ID", description = "The device that rings.")
  private @Nullable String device;

  @Mixin private ReportOptions options = new ReportOptions();

  SignalCommand(OperatorRun run) {
    this.run = run;
  }

  @Override
  public Integer call() {
    CallId id = OperatorRun.typed(spec, "CALL-ID", Objects.requireNonNull(call), CallId::new);
    Optional<UserId> user =
        Optional.ofNullable(callee).map(it -> OperatorRun.typed(spec, "--callee", it, UserId::new));
    Optional<DeviceId> phone =
        Optional.ofNullable(device)
            .map(it -> OperatorRun.typed(spec, "--device", it, DeviceId::new));
    SignalType word = Objects.requireNonNull(type);
    return run.publish(
        options, config -> Draft.signal(config, id, word, user, phone, run.clock().instant()));
  }
}
