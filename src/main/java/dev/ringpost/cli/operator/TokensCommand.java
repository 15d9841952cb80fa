package dev.ringpost.cli.operator;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.WireTime;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.cli.report.TokenOptions;
import dev.ringpost.tools.events.Draft;
import dev.ringpost.tools.events.UserDevices;
import dev.ringpost.tools.events.UserDevices.Registration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ringpost tokens list}, {@code put} and {@code remove}: a user's registrations. */
@Command(
    name = "tokens",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Lists the registrations of a user as workers see them, or writes one by hand.",
      "",
      "list reads the topics of tokens and of invalidations whole, for a compacted topic cannot be"
          + " sought by user, and says of each device whether its token is live or dead. Tokens are"
          + " shown as digests unless --reveal is given. put and remove write a record as the app's"
          + " backend would.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ringpost tokens list alice --config ringpost.yaml",
      "  ringpost tokens put alice iphone-1 --app com.example.phone --environment production \\",
      "      --token-file phone.token --config ringpost.yaml",
      "  ringpost tokens remove alice iphone-1 --config ringpost.yaml"
    })
final class TokensCommand {

  private final OperatorRun run;

  @Spec private @Nullable CommandSpec spec;

  TokensCommand(OperatorRun run) {
    this.run = run;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class,
      description = "The user's devices, each live, dead or unreadable.",
      footer = {
        "",
        "Examples:",
        "  ringpost tokens list alice --config ringpost.yaml",
        "  ringpost tokens list alice --reveal --config ringpost.yaml",
        "  ringpost tokens list alice --config ringpost.yaml -o json | jq -r '.[].state'"
      })
  int list(
      @Parameters(paramLabel = "USER", description = "The user, as in invites.") String user,
      @Option(names = "--reveal", description = "Show tokens, and not their digests only.")
          boolean reveal,
      @Mixin ReportOptions options) {
    UserId id = OperatorRun.typed(spec, "USER", user, UserId::new);
    return run.run(
        options.config(),
        (config, reading) -> {
          List<Registration> found = UserDevices.of(config, id, run.clock().instant(), reading::at);
          reading.end();
          run.print(options.output(), found.stream().map(it -> row(it, reveal)).toList());
          return found.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.CLEAN;
        });
  }

  private static OperatorRun.Row row(Registration registration, boolean reveal) {
    return switch (registration) {
      case Registration.Live(Device device) -> device(device, "live", reveal);
      case Registration.Dead(Device device, var since) ->
          device(device, "dead", reveal).with("deadSince", WireTime.of(since));
      case Registration.Unreadable(DeviceKey.Kind kind, String device, String why) ->
          new OperatorRun.Row()
              .with("deviceId", device)
              .with("kind", kind.wire())
              .with("state", "unreadable")
              .with("why", why);
    };
  }

  private static OperatorRun.Row device(Device device, String state, boolean reveal) {
    OperatorRun.Row row =
        new OperatorRun.Row()
            .with("deviceId", device.id().value())
            .with("kind", device.kind().wire())
            .with("state", state)
            .with("app", device.app().value())
            .with("environment", device.environment().wire())
            .with("tokenDigest", device.token().digest().value())
            .with("registeredAt", WireTime.of(device.registeredAt()));
    return reveal ? row.with("token", device.token().hex()) : row;
  }

  @Command(
      name = "put",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class,
      description = "Registers a device, as the app's backend would.",
      footer = {
        "",
        "Examples:",
        "  ringpost tokens put alice iphone-1 --app com.example.phone --token-file phone.token \\",
        "      --config ringpost.yaml",
        "  ringpost tokens put alice iphone-1 --app com.example.phone --environment sandbox \\",
        "      --token - --config ringpost.yaml < phone.token",
        "  ringpost tokens put alice iphone-1 --app com.example.phone --kind alert \\",
        "      --token-file alert.token --config ringpost.yaml"
      })
  int put(
      @Parameters(paramLabel = "USER", description = "The user.") String user,
      @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device,
      @Option(
              names = "--app",
              required = true,
              paramLabel = "BUNDLE",
              description = "The app's bundle id.")
          String app,
      @Mixin TokenOptions token,
      @Option(
              names = "--environment",
              defaultValue = "production",
              paramLabel = "NAME",
              description = "production or sandbox. (${DEFAULT-VALUE})")
          String environment,
      @Mixin KindOption kind,
      @Mixin ReportOptions options) {
    DeviceKey key = key(user, device, kind);
    BundleId bundle = OperatorRun.typed(spec, "--app", app, BundleId::new);
    VoipToken parsed = OperatorRun.typed(spec, "--token", token.token(run.in()), VoipToken::parse);
    Environment known =
        OperatorRun.typed(spec, "--environment", environment, TokensCommand::environment);
    return run.publish(
        options,
        config -> Draft.registration(config, key, parsed, bundle, known, run.clock().instant()));
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class,
      description = "Removes a device, by a record that says so.",
      footer = {
        "",
        "Examples:",
        "  ringpost tokens remove alice iphone-1 --config ringpost.yaml",
        "  ringpost tokens remove alice iphone-1 --kind alert --config ringpost.yaml"
      })
  int remove(
      @Parameters(paramLabel = "USER", description = "The user.") String user,
      @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device,
      @Mixin KindOption kind,
      @Mixin ReportOptions options) {
    DeviceKey key = key(user, device, kind);
    return run.publish(options, config -> Draft.removal(config, key));
  }

  private DeviceKey key(String user, String device, KindOption kind) {
    return new DeviceKey(
        OperatorRun.typed(spec, "USER", user, UserId::new),
        OperatorRun.typed(spec, "DEVICE", device, DeviceId::new),
        OperatorRun.typed(spec, "--kind", kind.name, TokensCommand::kind));
  }

  private static DeviceKey.Kind kind(String word) {
    return Arrays.stream(DeviceKey.Kind.values())
        .filter(kind -> kind.wire().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be voip or alert"));
  }

  /** The option that says what a token is for. */
  static final class KindOption {

    @Option(
        names = "--kind",
        defaultValue = "voip",
        paramLabel = "NAME",
        description =
            "voip, for calls, or alert, for ordinary notifications; a phone has a token for each."
                + " (${DEFAULT-VALUE})")
    private String name = "voip";
  }

  private static Environment environment(String word) {
    return Arrays.stream(Environment.values())
        .filter(environment -> environment.wire().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be production or sandbox"));
  }
}
