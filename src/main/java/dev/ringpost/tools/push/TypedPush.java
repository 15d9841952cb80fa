package dev.ringpost.tools.push;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.diagnosis.PushEnd;
import dev.ringpost.apns.diagnosis.PushFiles;
import dev.ringpost.apns.diagnosis.TestPush;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Proxy;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.config.RingpostConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * An order for a test push as it was typed after {@code ringpost push}, and its way to a push.
 *
 * @param token the device token, as Xcode prints it or in plain hex
 * @param environment {@code production} or {@code sandbox}
 * @param payload JSON; without it a made-up call
 * @param rings how long until the push expires
 * @param dryRun whether to tell only what would be sent
 */
public record TypedPush(
    String app,
    String token,
    String environment,
    Optional<String> payload,
    Duration rings,
    boolean dryRun,
    Source source) {

  /** The source of server and credential. */
  public sealed interface Source {

    /** A worker's configuration as the source. */
    record Configured(RingpostConfig config) implements Source {}

    /**
     * The options of the command line as the source.
     *
     * @param credential a {@code .p8} key, or a certificate in any form
     * @param keyId of a {@code .p8} key; without it that of its file's name
     * @param keyFile the private key of a certificate, if it is in another file
     * @param server {@code host:port} of a test server; Apple's without it
     * @param trusted PEM file of who signed the test server's certificate
     * @param proxy {@code http://user@host:port}, or {@code socks5} in place of {@code http};
     *     scheme and user may be left out
     */
    record Typed(
        Path credential,
        Optional<String> keyId,
        Optional<String> teamId,
        Optional<Path> keyFile,
        Optional<Path> passphraseFile,
        Optional<String> server,
        Optional<Path> trusted,
        Optional<String> proxy,
        Optional<Path> proxyPasswordFile)
        implements Source {}
  }

  /** The outcome of the command. */
  public sealed interface Outcome {

    /**
     * The outcome where what was typed makes no sense; the words are for the person who typed it.
     */
    record Mistyped(String words) implements Outcome {}

    /**
     * The end of a push that was sent, or was impossible.
     *
     * @param lines for a person
     */
    record Done(PushEnd end, List<String> lines) implements Outcome {
      public Done {
        lines = List.copyOf(lines);
      }
    }
  }

  private static final Pattern SERVER = Pattern.compile("(.+):(\\d{1,5})");
  private static final Pattern PROXY =
      Pattern.compile("(?:(http|socks5)://)?(?:([^@:/]+)@)?([^@:/]+):(\\d{1,5})/?");
  private static final int MAX_PORT = 65_535;
  private static final String VOIP = ".voip";

  /**
   * The exception for typed words that make no sense; its message is for the person who typed it.
   */
  private static final class MistypedException extends Exception {
    private static final long serialVersionUID = 1;

    private MistypedException(String words) {
      super(words);
    }
  }

  /** The exception for a configuration that has no credential for what was typed. */
  private static final class NoCredentialException extends Exception {
    private static final long serialVersionUID = 1;

    private NoCredentialException(String words) {
      super(words);
    }
  }

  /**
   * Does what was asked for; takes half a minute at most, unless a proxy answers byte by byte.
   *
   * @param id the push's {@code apns-id}
   */
  public Outcome send(InstantSource clock, UUID id) {
    try {
      TestPush.Order order = order(id, clock.instant());
      TestPush.Result result =
          dryRun ? TestPush.preview(order, clock) : TestPush.send(order, clock);
      return new Outcome.Done(result.end(), result.lines());
    } catch (MistypedException e) {
      return new Outcome.Mistyped(String.valueOf(e.getMessage()));
    } catch (NoCredentialException e) {
      return new Outcome.Done(PushEnd.UNUSABLE, List.of(String.valueOf(e.getMessage())));
    }
  }

  private TestPush.Order order(UUID id, Instant now)
      throws MistypedException, NoCredentialException {
    BundleId bundleId = bundleId(app);
    VoipToken device = token(token);
    Environment where = environment(environment);
    return switch (source) {
      case Source.Configured(RingpostConfig config) ->
          new TestPush.Order(
              bundleId,
              device,
              config.apns().endpoint(where),
              config.apns().proxy().settings(),
              configured(config, bundleId, where),
              config.apns().connectTimeout(),
              payload,
              payloadSettings(config, bundleId, where),
              rings,
              id);
      case Source.Typed typed -> {
        Optional<Proxy> proxy =
            typed.proxy().isPresent()
                ? Optional.of(proxy(typed.proxy().get(), typed.proxyPasswordFile()))
                : Optional.empty();
        yield new TestPush.Order(
            bundleId,
            device,
            typed.server().isPresent() ? server(typed.server().get()) : Endpoint.isApple(where),
            proxy,
            PushFiles.read(credential(typed), bundleId, proxy, typed.trusted(), now),
            TestPush.CONNECT_TIMEOUT,
            payload,
            PayloadSettings.DEFAULT,
            rings,
            id);
      }
    };
  }

  private static BundleId bundleId(String text) throws MistypedException {
    if (text.endsWith(VOIP)) {
      throw new MistypedException("--app must be the bundle id without .voip");
    }
    try {
      return new BundleId(text);
    } catch (IllegalArgumentException e) {
      throw new MistypedException("--app: " + e.getMessage());
    }
  }

  /** The message never holds the text. */
  private static VoipToken token(String text) throws MistypedException {
    try {
      return VoipToken.parse(text);
    } catch (IllegalArgumentException e) {
      throw new MistypedException("--token: " + e.getMessage());
    }
  }

  private static Environment environment(String text) throws MistypedException {
    for (Environment environment : Environment.values()) {
      if (environment.wire().equals(text.toLowerCase(Locale.ROOT))) {
        return environment;
      }
    }
    throw new MistypedException("--environment must be production or sandbox");
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
    throw new MistypedException("--server must be host:port");
  }

  private static Proxy proxy(String text, Optional<Path> passwordFile) throws MistypedException {
    Matcher parts = PROXY.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(4)) > MAX_PORT) {
      throw new MistypedException(
          "--proxy must be host:port, http://user@host:port or socks5://user@host:port; the"
              + " password is in a file, --proxy-password-file");
    }
    Optional<String> user = Optional.ofNullable(parts.group(2));
    if (user.isPresent() != passwordFile.isPresent()) {
      throw new MistypedException(
          "--proxy with a user needs --proxy-password-file, and a password file needs a user");
    }
    return new Proxy(
        "socks5".equals(parts.group(1)) ? Proxy.Kind.SOCKS5 : Proxy.Kind.HTTP,
        parts.group(3),
        Integer.parseInt(parts.group(4)),
        user.map(name -> new ProxyCredentials(name, passwordFile.orElseThrow())));
  }

  private static IntStream numberOf(RingpostConfig config, BundleId app, Environment environment) {
    return IntStream.range(0, config.apps().size())
        .filter(
            i ->
                config.apps().get(i).bundleIds().contains(app)
                    && config.apps().get(i).environments().contains(environment));
  }

  /** As a worker writes payloads for the app; without one for it, nothing is sent. */
  private static PayloadSettings payloadSettings(
      RingpostConfig config, BundleId app, Environment environment) {
    return numberOf(config, app, environment)
        .mapToObj(i -> config.apps().get(i).payload().settings(config.payload().key()))
        .findFirst()
        .orElse(PayloadSettings.DEFAULT);
  }

  /** What was read with the configuration. */
  private static PushFiles configured(RingpostConfig config, BundleId app, Environment environment)
      throws NoCredentialException {
    return numberOf(config, app, environment)
        .mapToObj(i -> config.credentials().ofApp(i).credential())
        .map(credential -> PushFiles.of(credential, config.credentials()))
        .findFirst()
        .orElseThrow(
            () ->
                new NoCredentialException(
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
        source.keyId().or(() -> CredentialSettings.KeyId.inNameOf(source.credential()));
    if (source.teamId().isEmpty() || keyId.isEmpty()) {
      throw new MistypedException(
          "a .p8 key needs --team-id, and --key-id unless its file is named AuthKey_ID.p8");
    }
    return new CredentialSettings.SigningKey(
        source.credential(), keyId.get(), source.teamId().get());
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "TypedPush[app=" + app + ", environment=" + environment + "]";
  }
}
