package dev.ringpost.apns;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.path.ApnsPath;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.CredentialTrial.Verdict;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.apns.path.NameResolver;
import dev.ringpost.apns.path.ProbeBudget;
import dev.ringpost.apns.wire.AppLetters;
import dev.ringpost.apns.wire.PushId;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.telemetry.ApnsMeters;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sender of VoIP pushes to APNs. Connections are opened at once and kept. Safe for many
 * threads; every outcome comes within {@code attempt.max}, on the loop.
 */
public final class ApnsPushSender implements PushSender, AutoCloseable {

  /** Bound on the closing of connections: {@link ApnsPath#GRACE} and the goodbyes. */
  private static final Duration CLOSE_MAX = ApnsPath.GRACE.multipliedBy(2);

  /** The time that {@link #close()} takes at most: the connections, then the thread. */
  public static final Duration CLOSE_BOUND = CLOSE_MAX.multipliedBy(2);

  private static final Logger log = LoggerFactory.getLogger(ApnsPushSender.class);

  /** The destination of an app's pushes. */
  private record Destination(Route route, AppLetters letters) {}

  private final InstantSource clock;
  private final NioEventLoopGroup loops;
  private final Loop loop;
  private final List<Route> routes = new ArrayList<>();
  private final Map<Environment, Map<BundleId, Destination>> destinations =
      new EnumMap<>(Environment.class);
  private final List<Canary> canaries = new ArrayList<>();
  private final NameResolver names;
  private final Map<Environment, ApnsPath> paths = new EnumMap<>(Environment.class);
  private final TokenEnvironments homes;
  private final ProbeBudget probeBudget;
  private final boolean waitsForCanaries;
  private final CredentialReload reload;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Begins to open every connection.
   *
   * @param credentials of the apps of the settings; files that have changed since they were read
   *     are found by the first look at them
   * @param clock the wall clock, for deadlines
   */
  public ApnsPushSender(
      ApnsSettings settings, Credentials credentials, ApnsMeters meters, InstantSource clock) {
    this(
        settings, credentials, meters, clock, CredentialReload.LOOK_EVERY, NameResolver.ofSystem());
  }

  /**
   * As above.
   *
   * @param lookEvery time between two looks at the files of the credentials
   * @param names what resolves the names of servers and proxies
   */
  ApnsPushSender(
      ApnsSettings settings,
      Credentials credentials,
      ApnsMeters meters,
      InstantSource clock,
      Duration lookEvery,
      NameResolver names) {
    ApnsPath.requireSilentPushy();
    this.clock = clock;
    this.names = names;
    this.loops = new NioEventLoopGroup(1, new DefaultThreadFactory("apns", true));
    this.loop = Loop.of(loops.next());
    this.homes = new TokenEnvironments(loop::now);
    this.probeBudget = new ProbeBudget(loop.now());
    this.waitsForCanaries = settings.canary() == ApnsSettings.Canary.DECIDES_READY;
    this.reload = new CredentialReload(clock);
    for (int i = 0; i < settings.apps().size(); i++) {
      addApp(settings.apps().get(i), credentials.ofApp(i), credentials, settings, meters);
    }
    loop.execute(() -> routes.forEach(Route::open));
    reload.start(lookEvery);
  }

  private void addApp(
      AppSettings app,
      Credentials.Read read,
      Credentials all,
      ApnsSettings settings,
      ApnsMeters meters) {
    List<RouteCredential> seats = new ArrayList<>();
    for (Environment environment : app.environments()) {
      ApnsPath path =
          paths.computeIfAbsent(environment, it -> ApnsPath.of(settings, it, all, names));
      ApnsClients clients =
          new ApnsClients(path, settings.idlePing(), read.credential(), loops, clock);
      Route route = addRoute(app, environment, clients, read.credential(), settings, meters);
      Canary canary = canaries.getLast();
      seats.add(
          new RouteCredential(
              app.names(),
              environment,
              clients,
              app.bundleIds(),
              tried -> renew(route, canary, tried),
              read.fingerprint(),
              meters,
              clock));
    }
    reload.watch(app, read.fingerprint(), seats);
  }

  /** Moves a route's traffic to clients with its new credential, which was tried for each app. */
  private void renew(Route route, Canary canary, Map<BundleId, Verdict> tried) {
    try {
      loop.execute(
          () -> {
            canary.tried(tried);
            var _ = route.renew();
          });
    } catch (RejectedExecutionException _) {
      log.atDebug().log("closed already, and nothing is to be moved");
    }
  }

  /** Looks at the files of the credentials now, as happens by itself now and then. */
  void lookAtCredentials() {
    reload.look();
  }

  private Route addRoute(
      AppSettings app,
      Environment environment,
      ApnsClients clients,
      Credential credential,
      ApnsSettings settings,
      ApnsMeters meters) {
    String name = app.bundleIds().getFirst() + "/" + environment.wire();
    Canary canary =
        new Canary(
            settings.canary() != ApnsSettings.Canary.OFF,
            environment,
            app.bundleIds(),
            clients,
            loop,
            meters);
    canaries.add(canary);
    Route route =
        new Route(
            name,
            app.names(),
            environment,
            loop,
            clients,
            settings,
            homes,
            canary,
            probeBudget,
            RandomGenerator.getDefault(),
            meters);
    routes.add(route);
    for (BundleId bundleId : app.bundleIds()) {
      destinations
          .computeIfAbsent(environment, _ -> new HashMap<>())
          .put(bundleId, new Destination(route, AppLetters.of(app, bundleId, credential)));
    }
    return route;
  }

  @Override
  public CompletableFuture<PushReport> push(PushRequest request) {
    long orderedNanos = loop.now();
    Device device = request.device();
    UUID apnsId = PushId.of(request.attempt().invite(), device);
    Destination destination = destination(device.environment(), device.app());
    if (destination == null) {
      return refused(request, apnsId, orderedNanos, noRoute(device));
    }
    Instant now = clock.instant();
    if (request.attempt().invite().deadline().passedAt(now)) {
      return refused(request, apnsId, orderedNanos, new NotSent(NotSentReason.LATE));
    }
    PendingPush push;
    switch (destination.letters().letter(request, now)) {
      case AppLetters.Unwritten(PushOutcome why) -> {
        return refused(request, apnsId, orderedNanos, why);
      }
      case AppLetters.Letter(String topic, String text) ->
          push = new PendingPush(request, apnsId, topic, text, clock, loop::now, orderedNanos);
    }
    Route elsewhere = routeIn(device.environment().other(), device.app());
    try {
      loop.execute(() -> homes.admit(push, destination.route(), elsewhere));
    } catch (RejectedExecutionException _) {
      return refused(request, apnsId, orderedNanos, new TryAgain(RetryReason.CONNECTION));
    }
    return push.report();
  }

  private @Nullable Destination destination(Environment environment, BundleId app) {
    Map<BundleId, Destination> apps = destinations.get(environment);
    return apps == null ? null : apps.get(app);
  }

  private @Nullable Route routeIn(Environment environment, BundleId app) {
    Destination there = destination(environment, app);
    return there == null ? null : there.route();
  }

  /** What a worker that waits for canaries is not ready for, one line each. */
  public List<String> unproven() {
    return waitsForCanaries
        ? canaries.stream().flatMap(canary -> canary.unproven().stream()).toList()
        : List.of();
  }

  private static PushOutcome noRoute(Device device) {
    return new Refused(
        RejectionReason.NO_ROUTE,
        "no credential is configured for "
            + device.app()
            + " in "
            + device.environment().wire()
            + "; add it to apps");
  }

  /** The report of a push that no connection is asked about. */
  private CompletableFuture<PushReport> refused(
      PushRequest request, UUID apnsId, long orderedNanos, PushOutcome outcome) {
    return CompletableFuture.completedFuture(
        new PushReport(
            request.device(),
            outcome,
            apnsId,
            Optional.empty(),
            "",
            0,
            Optional.empty(),
            request.orderedAt(),
            Duration.ofNanos(loop.now() - orderedNanos),
            Optional.empty(),
            request.device().environment()));
  }

  /**
   * Ends every push now, answered or not, that was ordered so long ago, so that it can be tried
   * again by another worker. Returns at once; the outcomes come on the loop.
   *
   * @param age how long whoever leaves has waited: what others have ordered since is not its own
   */
  public void cutShort(Duration age) {
    try {
      loop.execute(() -> routes.forEach(route -> route.cutShort(age)));
    } catch (RejectedExecutionException _) {
      log.atDebug().log("closed already, and so every ring has ended");
    }
  }

  /**
   * Takes no more pushes, gives back those that wait, waits for answers for {@link ApnsPath#GRACE}
   * and closes the connections. Every push has its outcome afterwards. Takes a few seconds at most
   * and must not be called on the loop; calling it again does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    reload.close();
    CompletableFuture<Void> done =
        CompletableFuture.completedFuture(null).thenComposeAsync(_ -> closeRoutes(), loop::execute);
    try {
      done.get(CLOSE_MAX.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException _) {
      log.atWarn().log("connections to APNs did not close in time and are cut");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    // cuts what is still connected, which fails and so ends the last pushes
    var end = loops.shutdownGracefully(0, CLOSE_MAX.toNanos(), TimeUnit.NANOSECONDS);
    if (!end.awaitUninterruptibly(CLOSE_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
      log.atWarn().log("the network thread did not end in time");
    }
  }

  private CompletableFuture<Void> closeRoutes() {
    return CompletableFuture.allOf(
        routes.stream().map(Route::close).toArray(CompletableFuture<?>[]::new));
  }
}
