package dev.ringpost.cli.operator;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.UserId;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.tools.events.Draft;
import java.time.Duration;
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

/** {@code ringpost invite}: one well-formed invite by hand. */
@Command(
    name = "invite",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Publishes one call invite, as a call server would: the callee's phones ring.",
      "",
      "It is read as a worker reads it before it is published. What came of it: ringpost trace.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ringpost invite alice --caller sip:bob@example.com --config ringpost.yaml",
      "  ringpost invite alice --caller sip:bob@example.com --caller-name Bob --ring 20 \\",
      "      --call-id test-1 --config ringpost.yaml -o json"
    })
final class InviteCommand implements Callable<Integer> {

  private final OperatorRun run;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "CALLEE", description = "The user whose phones ring.")
  private @Nullable String callee;

  @Option(
      names = "--caller",
      required = true,
      paramLabel = "URI",
      description = "Who calls, such as sip:bob@example.com.")
  private @Nullable String caller;

  @Option(names = "--caller-name", paramLabel = "NAME", description = "The caller's name.")
  private @Nullable String callerName;

  @Option(
      names = "--call-id",
      paramLabel = "ID",
      description = "The call's id; without it a fresh one.")
  private @Nullable String call;

  @Option(names = "--app", paramLabel = "BUNDLE", description = "Only devices with this app ring.")
  private @Nullable String app;

  @Option(names = "--video", description = "A video call.")
  private boolean video;

  @Option(
      names = "--ring",
      defaultValue = "30",
      paramLabel = "SECONDS",
      description = "How long it rings. (${DEFAULT-VALUE})")
  private int seconds;

  @Mixin private ReportOptions options = new ReportOptions();

  InviteCommand(OperatorRun run) {
    this.run = run;
  }

  @Override
  public Integer call() {
    var invite =
        new Draft.Invite(
            call == null
                ? new CallId("by-hand-" + run.ids().get())
                : OperatorRun.typed(spec, "--call-id", call, CallId::new),
            OperatorRun.typed(spec, "CALLEE", Objects.requireNonNull(callee), UserId::new),
            Objects.requireNonNull(caller),
            Optional.ofNullable(callerName),
            video,
            Optional.ofNullable(app).map(it -> OperatorRun.typed(spec, "--app", it, BundleId::new)),
            Duration.ofSeconds(seconds),
            Optional.empty());
    return run.publish(options, config -> Draft.invite(config, invite, run.clock().instant()));
  }
}
