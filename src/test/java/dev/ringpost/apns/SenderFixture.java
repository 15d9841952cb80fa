package dev.ringpost.apns;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.diagnosis.ApnsCheck;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Expiration;
import dev.ringpost.apns.path.NameResolver;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Environment;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.telemetry.ApnsMeters;
import dev.ringpost.telemetry.MeterName;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.apns.ClientCertificate;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A sender that is set up for a test, with the credentials that it shares with local servers. Its
 * closing fails if one of the {@link Guarantees} did not hold.
 */
public final class SenderFixture implements AutoCloseable {

  public static final String KEY_ID = "ABC123DEFG";
  public static final String TEAM_ID = "TEAM123456";

  public final LocalCredentials local;
  public final SigningKey key;
  public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Guarantees guarantees = new Guarantees();
  private final List<AppSettings> apps = new ArrayList<>();
  private InstantSource clock = InstantSource.system();
  private int connections = 2;
  private int maxInFlight = 900;
  private Duration connectTimeout = Duration.ofSeconds(5);
  private Duration idlePing = Duration.ofSeconds(15);
  private Duration attemptMax = Duration.ofSeconds(20);
  private Duration lookEvery = CredentialReload.LOOK_EVERY;
  private Optional<ApnsSettings.Hedge> hedge = Optional.empty();
  private ApnsSettings.Canary canary = ApnsSettings.Canary.OFF;
  private Optional<ApnsSettings.Proxy> proxy = Optional.empty();
  private Expiration expiration = Expiration.DEADLINE;
  private NameResolver names = NameResolver.ofSystem();
  private Endpoint production = new Endpoint(LocalApns.HOST, 1);
  private Endpoint sandbox = new Endpoint(LocalApns.HOST, 1);
  private @Nullable ApnsPushSender sender;
  private @Nullable LogWatch log;

  private SenderFixture(Path folder) {
    local = LocalCredentials.in(folder);
    key = local.signingKey(KEY_ID, TEAM_ID);
    guarantees.secret(key.file());
  }

  /** A fixture that keeps its files in a folder. */
  public static SenderFixture in(Path folder) {
    return new SenderFixture(folder);
  }

  /** A strict server that believes the fixture's key, not started. */
  public LocalApns.Builder server() {
    return LocalApns.builder(local)
        .key(key)
        .topic(Calls.PHONE.voipTopic())
        .requiresAlpn()
        .observer(guarantees::arrived);
  }

  SenderFixture clock(InstantSource clock) {
    this.clock = clock;
    guarantees.clock(clock);
    return this;
  }

  public SenderFixture connections(int connections) {
    this.connections = connections;
    return this;
  }

  public SenderFixture maxInFlight(int maxInFlight) {
    this.maxInFlight = maxInFlight;
    return this;
  }

  public SenderFixture connectTimeout(Duration connectTimeout) {
    this.connectTimeout = connectTimeout;
    return this;
  }

  SenderFixture idlePing(Duration idlePing) {
    this.idlePing = idlePing;
    return this;
  }

  public SenderFixture attemptMax(Duration attemptMax) {
    this.attemptMax = attemptMax;
    return this;
  }

  /** Time between two looks at the credentials. */
  SenderFixture lookEvery(Duration lookEvery) {
    this.lookEvery = lookEvery;
    return this;
  }

  /** What answers in place of DNS. */
  public SenderFixture names(NameResolver.Lookup lookup) {
    names = new NameResolver(lookup);
    return this;
  }

  SenderFixture expiration(Expiration expiration) {
    this.expiration = expiration;
    return this;
  }

  SenderFixture hedge(Duration after, int maxPercent) {
    hedge = Optional.of(new ApnsSettings.Hedge(after, maxPercent));
    return this;
  }

  public SenderFixture canary(ApnsSettings.Canary canary) {
    this.canary = canary;
    return this;
  }

  public SenderFixture proxy(ApnsSettings.Proxy.Kind kind, int port) {
    return proxy(kind, port, Optional.empty());
  }

  SenderFixture proxy(ApnsSettings.Proxy.Kind kind, int port, Optional<ProxyCredentials> login) {
    proxy = Optional.of(new ApnsSettings.Proxy(kind, LocalApns.HOST, port, login));
    return this;
  }

  public SenderFixture production(int port) {
    production = new Endpoint(LocalApns.HOST, port);
    return this;
  }

  SenderFixture sandbox(int port) {
    sandbox = new Endpoint(LocalApns.HOST, port);
    return this;
  }

  /** Apps with the fixture's key. */
  public SenderFixture app(Set<Environment> environments, BundleId... bundleIds) {
    return app(
        environments, new CredentialSettings.SigningKey(key.file(), KEY_ID, TEAM_ID), bundleIds);
  }

  /** An app with a certificate. */
  SenderFixture app(ClientCertificate certificate, BundleId bundleId) {
    return app(
        EnumSet.of(Environment.PRODUCTION),
        new CredentialSettings.Certificate(
            certificate.file(), Optional.empty(), Optional.of(certificate.passphraseFile())),
        bundleId);
  }

  public SenderFixture app(
      Set<Environment> environments, CredentialSettings credential, BundleId... bundleIds) {
    return app(
        new AppSettings(List.of(bundleIds), environments, credential, PayloadSettings.DEFAULT));
  }

  SenderFixture app(AppSettings app) {
    apps.add(app);
    return this;
  }

  /** Starts the sender; without an app of its own for {@link Calls#PHONE} in production. */
  public SenderFixture start() {
    return start(readCredentials());
  }

  /** Reads the files of the credentials, as a worker does before it has a sender. */
  Credentials readCredentials() {
    return ReadCredentials.of(settings().apps(), local.trustedCertificates(), clock.instant());
  }

  /** Starts the sender with credentials that were read before. */
  SenderFixture start(Credentials read) {
    log = LogWatch.open();
    sender =
        new ApnsPushSender(
            settings(), read, new ApnsMeters(new Telemetry(registry)), clock, lookEvery, names);
    return this;
  }

  private ApnsSettings settings() {
    if (apps.isEmpty()) {
      app(EnumSet.of(Environment.PRODUCTION), Calls.PHONE);
    }
    return new ApnsSettings(
        apps,
        connections,
        maxInFlight,
        connectTimeout,
        idlePing,
        attemptMax,
        expiration,
        production,
        sandbox,
        hedge,
        canary,
        proxy);
  }

  /** What {@code ringpost check} says of the same settings. */
  public List<Finding> check() {
    ApnsCheck.Findings found =
        new ApnsCheck(settings(), readCredentials(), clock, UUID::randomUUID, names).run();
    return Stream.concat(found.credentials().stream(), found.ways().stream()).toList();
  }

  public CompletableFuture<PushReport> push(PushRequest request) {
    return guarantees.order(request, started()::push);
  }

  /** Rings and waits for the outcome. */
  public PushReport outcome(PushRequest request) throws Exception {
    return push(request).get(30, TimeUnit.SECONDS);
  }

  /**
   * Starts with a production server, and rings until each connection is open and has had its first
   * answer, and with it all its streams, however quick the first answer is.
   */
  public SenderFixture startWide(LocalApns apns, CallInvite invite, int streams) {
    production(apns.port()).start();
    eventually(() -> gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == connections);
    eventually(
        () -> {
          IntStream.range(0, connections)
              .mapToObj(n -> push(Calls.push(invite, Calls.device(Calls.token(1_000_000 + n)))))
              .toList()
              .forEach(CompletableFuture::join);
          return gauge(ApnsMeterName.APNS_STREAM_LIMIT) == connections * streams;
        });
    return this;
  }

  /** What was logged since the start, without what nobody sees by default. */
  public List<String> logged() {
    return log == null
        ? List.of()
        : log.lines().stream().filter(line -> !line.startsWith("DEBUG")).toList();
  }

  /** Looks at the files of the credentials so often that a change is acted upon. */
  public void lookAtCredentials() {
    lookOnceAtCredentials();
    lookOnceAtCredentials();
  }

  void lookOnceAtCredentials() {
    started().lookAtCredentials();
  }

  public List<String> unproven() {
    return started().unproven();
  }

  public double reloads(String end) {
    return counted(ApnsMeterName.APNS_CREDENTIAL_RELOADS, "end", end);
  }

  /** Pushes that were tried again, for a reason. */
  double triedAgain(String why) {
    return counted(ApnsMeterName.APNS_TRIED_AGAIN, "why", why);
  }

  public double connectionsReplaced(String reason) {
    return counted(ApnsMeterName.APNS_CONNECTIONS_REPLACED, "reason", reason);
  }

  double counted(MeterName name, String tag, String value) {
    return registry.find(name.meter()).tag(tag, value).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** A gauge, summed over its tags. */
  public double gauge(MeterName name) {
    return registry.find(name.meter()).gauges().stream().mapToDouble(Gauge::value).sum();
  }

  /** Waits for what will be so in a moment, also on a machine that has much else to do. */
  public static void eventually(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
  }

  @Override
  public void close() {
    stop();
    if (log != null) {
      log.close();
      guarantees.check(log.lines());
    }
  }

  /** Ends every ring of that age. */
  void cutShort(Duration age) {
    started().cutShort(age);
  }

  private ApnsPushSender started() {
    if (sender == null) {
      throw new IllegalStateException("start() comes first");
    }
    return sender;
  }

  /** Closes the sender. */
  void stop() {
    if (sender != null) {
      sender.close();
    }
  }
}
