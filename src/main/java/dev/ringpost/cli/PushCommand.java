package dev.ringpost.cli;

import dev.ringpost.apns.diagnosis.PushEnd;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProblemList;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.cli.report.TokenOptions;
import dev.ringpost.cli.report.TypedText;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.tools.push.TypedPush;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringpost push}: one push to one phone, and the answer in words. */
@Command(
    name = "push",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Sends one VoIP push to one phone and says in words what APNs answers.",
      "",
      "For \"the phone does not ring\": it needs no Kafka, goes the way to APNs step by step (DNS,"
          + " TCP, TLS, the answer) with the time of each, and says what is wrong and what to do."
          + " The phone rings, unless --dry-run is given.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ringpost push --app com.example.phone --token '<0123abcd ...>' --config ringpost.yaml",
      "  ringpost push --app com.example.phone --token-file phone.token --config ringpost.yaml",
      "  ringpost push --app com.example.phone --token 0123...cdef --environment sandbox \\",
      "      --credential AuthKey_ABC123DEFG.p8 --team-id TEAM123456",
      "  ringpost push --app com.example.phone --token 0123...cdef --dry-run \\",
      "      --credential voip.p12 --passphrase-file voip.passphrase --payload call.json"
    })
final class PushCommand implements Callable<Integer> {

  /** Bound on what is read as a payload; APNs takes 5120. */
  private static final int MAX_PAYLOAD_BYTES = 1 << 16;

  /** As for calls: {@code ring.max}. */
  private static final int MAX_SECONDS = 120;

  private static final Pattern SECONDS = Pattern.compile("(\\d{1,3})s");

  private final Map<String, String> environmentVariables;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final InputStream in;
  private final PrintWriter out;
  private final PrintWriter err;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--app",
      required = true,
      paramLabel = "BUNDLE",
      description = "The app's bundle id, without .voip.")
  private @Nullable String app;

  @Mixin private TokenOptions token = new TokenOptions();

  @Option(
      names = "--environment",
      defaultValue = "production",
      paramLabel = "NAME",
      description = "production, or sandbox for an app that Xcode installed. (${DEFAULT-VALUE})")
  private @Nullable String environment;

  @Option(
      names = "--payload",
      paramLabel = "FILE",
      description =
          "The payload, a JSON object; - reads it from standard input. Without it a"
              + " made-up call as Ringpost sends it.")
  private @Nullable String payload;

  @Option(
      names = "--expires",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "How long APNs tries, 0s (once) to 120s. (${DEFAULT-VALUE})")
  private @Nullable String expires;

  @Option(names = "--dry-run", description = "Print headers and payload, and send nothing.")
  private boolean dryRun;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "A worker's configuration, for its credential, servers and payload.")
  private @Nullable Path config;

  @Option(
      names = "--credential",
      paramLabel = "FILE",
      description = "Instead of --config: a .p8 key, or a certificate as .p12, PEM or DER.")
  private @Nullable Path credential;

  @Option(
      names = "--key-id",
      paramLabel = "ID",
      description = "The id of the .p8 key; without it that of its name, AuthKey_ID.p8.")
  private @Nullable String keyId;

  @Option(names = "--team-id", paramLabel = "ID", description = "The team that owns the .p8 key.")
  private @Nullable String teamId;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "The certificate's private key in PEM, if it is in another file.")
  private @Nullable Path keyFile;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "A file that holds the passphrase of the private key.")
  private @Nullable Path passphraseFile;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description = "Another server than Apple's on port 443, with --credential.")
  private @Nullable String server;

  @Option(
      names = "--trusted-certificates",
      paramLabel = "FILE",
      description = "PEM file of who signed the certificate of a test server, with --credential.")
  private @Nullable Path trusted;

  @Option(
      names = "--proxy",
      paramLabel = "URL",
      description =
          "The proxy on the way to APNs, with --credential: http://host:port or"
              + " socks5://host:port, with user@ before the host if it asks who you are.")
  private @Nullable String proxy;

  @Option(
      names = "--proxy-password-file",
      paramLabel = "FILE",
      description = "A file that holds the proxy's password.")
  private @Nullable Path proxyPasswordFile;

  PushCommand(
      Map<String, String> environmentVariables,
      InstantSource clock,
      Supplier<UUID> ids,
      InputStream in,
      PrintWriter out,
      PrintWriter err) {
    this.environmentVariables = environmentVariables;
    this.clock = clock;
    this.ids = ids;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    TypedPush push;
    try {
      push =
          new TypedPush(
              Objects.requireNonNull(app),
              token(),
              Objects.requireNonNull(environment),
              payload(),
              rings(),
              dryRun,
              source());
    } catch (InvalidConfigException e) {
      List<String> lines = e.problems().stream().map(Problem::toString).toList();
      ProblemList.print(err, e.file() + " is not valid; nothing was sent.", lines);
      return ExitCode.CONFIGURATION.number();
    }
    return switch (push.send(clock, ids.get())) {
      case TypedPush.Outcome.Mistyped(String words) -> throw wrong(words);
      case TypedPush.Outcome.Done(PushEnd end, List<String> lines) -> told(end, lines).number();
    };
  }

  private ExitCode told(PushEnd end, List<String> lines) {
    if (end == PushEnd.UNUSABLE) {
      ProblemList.print(err, "Nothing was sent.", lines);
    } else {
      lines.forEach(out::println);
      out.flush();
    }
    return switch (end) {
      case ACCEPTED -> ExitCode.CLEAN;
      case REFUSED -> ExitCode.PUSH_REFUSED;
      case CREDENTIAL -> ExitCode.CREDENTIAL_REFUSED;
      case TRY_LATER -> ExitCode.PUSH_LATER;
      case UNREACHABLE -> ExitCode.UNAVAILABLE;
      case UNUSABLE -> ExitCode.CONFIGURATION;
    };
  }

  private TypedPush.Source source() throws InvalidConfigException {
    if ((config == null) == (credential == null)) {
      throw wrong("Give either --config or --credential");
    }
    if (config != null) {
      if (withCredentialOnly()) {
        throw wrong("Leave out what goes with --credential: --config has its own");
      }
      return new TypedPush.Source.Configured(
          ConfigLoader.load(config, environmentVariables, clock));
    }
    return new TypedPush.Source.Typed(
        Objects.requireNonNull(credential),
        Optional.ofNullable(keyId),
        Optional.ofNullable(teamId),
        Optional.ofNullable(keyFile),
        Optional.ofNullable(passphraseFile),
        Optional.ofNullable(server),
        Optional.ofNullable(trusted),
        Optional.ofNullable(proxy),
        Optional.ofNullable(proxyPasswordFile));
  }

  /** An option that does nothing is a mistake: somebody believes that it does. */
  private boolean withCredentialOnly() {
    return keyId != null
        || teamId != null
        || keyFile != null
        || passphraseFile != null
        || server != null
        || trusted != null
        || proxy != null
        || proxyPasswordFile != null;
  }

  private Duration rings() {
    Matcher seconds = SECONDS.matcher(Objects.requireNonNull(expires));
    if (!seconds.matches() || Integer.parseInt(seconds.group(1)) > MAX_SECONDS) {
      throw wrong("--expires must be 0s to " + MAX_SECONDS + "s");
    }
    return Duration.ofSeconds(Long.parseLong(seconds.group(1)));
  }

  private String token() {
    if (token.isFromStandardInput() && TypedText.STANDARD_INPUT.equals(payload)) {
      throw wrong("Only one of --token and --payload can be read from standard input");
    }
    return token.token(in);
  }

  private Optional<String> payload() {
    return Optional.ofNullable(payload)
        .map(
            place ->
                TypedText.read(
                    Objects.requireNonNull(spec), "--payload", place, MAX_PAYLOAD_BYTES, in));
  }

  private ParameterException wrong(String words) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), words);
  }
}
