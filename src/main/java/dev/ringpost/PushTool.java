package dev.ringpost;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.diagnosis.PushEnd;
import dev.ringpost.apns.diagnosis.TestPush;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Proxy;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.cli.ExitCode;
import dev.ringpost.cli.TestPusher;
import dev.ringpost.config.AppConfig;
import dev.ringpost.config.RingpostConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes of what was typed after {@code ringpost push} an order that the room of Apple can do. */
public final class PushTool implements TestPusher {

  private static final Pattern APPLES_NAME = Pattern.compile("AuthKey_([A-Z0-9]{10})\\.p8");
  private static final Pattern SERVER = Pattern.compile("(.+):(\\d{1,5})");
  private static final Pattern PROXY =
      Pattern.compile("(?:(http|socks5)://)?(?:([^@:/]+)@)?([^@:/]+):(\\d{1,5})/?");
  private static final int MAX_PORT = 65_535;
  private static final String DEFAULT_KEY = "call";
  private static final String VOIP = ".voip";

  private final InstantSource clock;
  private final Supplier<UUID> ids;

  /**
   * @param ids gives each push an {@code apns-id}
   */
  public PushTool(InstantSource clock, Supplier<UUID> ids) {
    this.clock = clock;
    this.ids = ids;
  }

  /** What was typed makes no sense; the message is for the person who typed it. */
  private static final class MistypedException extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitCode code;

    private MistypedException(ExitCode code, String words) {
      super(words);
      this.code = code;
    }
  }

  @Override
  public Outcome push(Order typed) {
    try {
      TestPush.Order order = order(typed);
      TestPush.Result result =
          typed.dryRun() ? TestPush.preview(order, clock) : TestPush.send(order, clock);
      return new Outcome(code(result.end()), result.lines());
    } catch (MistypedException e) {
      return new Outcome(e.code, List.of(String.valueOf(e.getMessage())));
    }
  }

  private static ExitCode code(PushEnd end) {
    return switch (end) {
      case ACCEPTED -> ExitCode.CLEAN;
      case REFUSED -> ExitCode.PUSH_REFUSED;
      case CREDENTIAL -> ExitCode.CREDENTIAL_REFUSED;
      case TRY_LATER -> ExitCode.PUSH_LATER;
      case UNREACHABLE -> ExitCode.UNAVAILABLE;
      case UNUSABLE -> ExitCode.CONFIGURATION;
    };
  }

  private TestPush.Order order(Order typed) throws MistypedException {
    BundleId app = app(typed.app());
    VoipToken token = token(typed.token());
    Environment environment = environment(typed.environment());
    return switch (typed.source()) {
      case Source.Configured(RingpostConfig config) -> {
        RingpostConfig.Server server = config.apns().server(environment);
        yield new TestPush.Order(
            app,
            token,
            new Endpoint(server.host(), server.port()),
            config.apns().proxy().settings(),
            configured(config, app, environment),
            config.apns().trustedCertificates(),
            config.apns().connectTimeout(),
            typed.payload(),
            config.payload().key(),
            typed.rings(),
            ids.get());
      }
      case Source.Typed source ->
          new TestPush.Order(
              app,
              token,
              source.server().isPresent()
                  ? server(source.server().get())
                  : Endpoint.isApple(environment),
              source.proxy().isPresent()
                  ? Optional.of(proxy(source.proxy().get(), source.proxyPasswordFile()))
                  : Optional.empty(),
              credential(source),
              source.trusted(),
              TestPush.CONNECT_TIMEOUT,
              typed.payload(),
              DEFAULT_KEY,
              typed.rings(),
              ids.get());
    };
  }

  private static BundleId app(String text) throws MistypedException {
    if (text.endsWith(VOIP)) {
      throw new MistypedException(ExitCode.USAGE, "--app takes the bundle id without .voip");
    }
    try {
      return new BundleId(text);
    } catch (IllegalArgumentException e) {
      throw new MistypedException(ExitCode.USAGE, "--app: " + e.getMessage());
    }
  }

  /** The message never holds the text. */
  private static VoipToken token(String text) throws MistypedException {
    try {
      return VoipToken.parse(text);
    } catch (IllegalArgumentException e) {
      throw new MistypedException(ExitCode.USAGE, "--token: " + e.getMessage());
    }
  }

  private static Environment environment(String text) throws MistypedException {
    for (Environment environment : Environment.values()) {
      if (environment.wire().equals(text.toLowerCase(Locale.ROOT))) {
        return environment;
      }
    }
    throw new MistypedException(ExitCode.USAGE, "--environment takes production or sandbox");
  }

  private static Endpoint server(String text) throws MistypedException {
    Matcher parts = SERVER.matcher(text);
    try {
      if (parts.matches()) {
        return new Endpoint(parts.group(1), Integer.parseInt(parts.group(2)));
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw new MistypedException(ExitCode.USAGE, "--server takes host:port");
  }

  private static Proxy proxy(String text, Optional<Path> passwordFile) throws MistypedException {
    Matcher parts = PROXY.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(4)) > MAX_PORT) {
      throw new MistypedException(
          ExitCode.USAGE,
          "--proxy takes host:port, http://user@host:port or socks5://user@host:port; the password"
              + " stands in a file, --proxy-password-file");
    }
    Optional<String> user = Optional.ofNullable(parts.group(2));
    if (user.isPresent() != passwordFile.isPresent()) {
      throw new MistypedException(
          ExitCode.USAGE, "--proxy with a user needs --proxy-password-file, and it a user");
    }
    return new Proxy(
        "socks5".equals(parts.group(1)) ? Proxy.Kind.SOCKS5 : Proxy.Kind.HTTP,
        parts.group(3),
        Integer.parseInt(parts.group(4)),
        user.map(name -> new ProxyCredentials(name, passwordFile.orElseThrow())));
  }

  private static CredentialSettings configured(
      RingpostConfig config, BundleId app, Environment environment) throws MistypedException {
    return config.apps().stream()
        .filter(it -> it.bundleIds().contains(app) && it.environments().contains(environment))
        .map(AppConfig::credential)
        .findFirst()
        .orElseThrow(
            () ->
                new MistypedException(
                    ExitCode.CONFIGURATION,
                    "apps has no credential for "
                        + app
                        + " in "
                        + environment.wire()
                        + "; add it, or name one with --credential"));
  }

  private static CredentialSettings credential(Source.Typed source) throws MistypedException {
    Path name = source.credential().getFileName();
    String file = name == null ? "" : name.toString();
    if (source.teamId().isEmpty() && !file.endsWith(".p8")) {
      return new CredentialSettings.Certificate(
          source.credential(), source.keyFile(), source.passphraseFile());
    }
    Optional<String> keyId =
        source
            .keyId()
            .or(
                () ->
                    Optional.of(APPLES_NAME.matcher(file))
                        .filter(Matcher::matches)
                        .map(it -> it.group(1)));
    if (source.teamId().isEmpty() || keyId.isEmpty()) {
      throw new MistypedException(
          ExitCode.USAGE,
          "a .p8 key needs --team-id, and --key-id unless its file is named AuthKey_ID.p8");
    }
    return new CredentialSettings.SigningKey(
        source.credential(), keyId.get(), source.teamId().get());
  }
}
