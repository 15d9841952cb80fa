package dev.ringpost.apns;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.apns.path.ProbeBudget;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.apns.wire.FrameInterceptor;
import dev.ringpost.apns.wire.PushClient;
import dev.ringpost.apns.wire.PushId;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.telemetry.ApnsMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a worker in a simulated run, from the order of a push to its outcome: the routes of
 * both environments as they are, with their queues, breakers, late answers and replaced
 * connections, on a loop in virtual time. What Pushy and APNs do is the host's.
 */
public final class SimulatedEngine {

  /** The host of an engine: its time and chance, and its way to APNs. */
  public interface Host {

    long nanoTime();

    /** Does something of the engine's when that time has passed, or later if it stands still. */
    void later(long nanos, Runnable task);

    /** The wall clock. */
    InstantSource clock();

    RandomGenerator random();

    /** Builds a client for one connection. */
    void build(
        Environment environment,
        Loop loop,
        FrameInterceptor.Listener connection,
        PushClient.Taker taker);
  }

  public static final Duration ATTEMPT_MAX = Duration.ofSeconds(4);

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final int CONNECTIONS = 2;

  /** So few that pushes wait for places where much is late. */
  private static final int MAX_IN_FLIGHT = 4;

  /** The loop in virtual time: one task after the other, in the order in which they were asked. */
  private static final class VirtualLoop implements Loop {

    private final Host host;
    private final Queue<Runnable> asked = new ArrayDeque<>();
    private boolean here;

    VirtualLoop(Host host) {
      this.host = host;
    }

    @Override
    public long now() {
      return host.nanoTime();
    }

    @Override
    public void later(long nanos, Runnable task) {
      host.later(nanos, () -> run(task));
    }

    @Override
    public boolean isHere() {
      return here;
    }

    @Override
    public void execute(Runnable task) {
      asked.add(task);
      host.later(0, () -> run(asked.remove()));
    }

    private void run(Runnable task) {
      boolean before = here;
      here = true;
      try {
        task.run();
      } finally {
        here = before;
      }
    }
  }

  /** The clients of the route of one environment. */
  private final class Clients implements PushClient.Factory {

    private final Environment environment;

    Clients(Environment environment) {
      this.environment = environment;
    }

    @Override
    public PushClient.Attempt attempt() {
      return new PushClient.Attempt() {
        @Override
        public void begin(FrameInterceptor.Listener connection, PushClient.Taker taker) {
          host.build(environment, loop, connection, taker);
        }

        @Override
        public @Nullable Throwable failure() {
          return null;
        }

        @Override
        public Throwable explained(@Nullable Throwable given) {
          return given == null ? new IOException("out of time") : given;
        }
      };
    }

    @Override
    public void tokenExpired() {}
  }

  /** Tries no credential: the canary is off. */
  private static final class NoTrial implements Canary.Asked {

    @Override
    public CredentialTrial.Verdict trial(BundleId app) {
      throw new AssertionError("the canary is off");
    }

    @Override
    public Credential credential() {
      throw new AssertionError("the canary is off");
    }
  }

  private final Host host;
  private final Loop loop;
  private final TokenEnvironments homes;
  private final Map<Environment, Route> routes = new EnumMap<>(Environment.class);
  private @Nullable PushRequest asked;

  /**
   * Begins to open its connections.
   *
   * @param hedge when a push without an answer is tried once more on another connection
   */
  public SimulatedEngine(Host host, Optional<ApnsSettings.Hedge> hedge) {
    this.host = host;
    this.loop = new VirtualLoop(host);
    this.homes = new TokenEnvironments(loop::now);
    var budget = new ProbeBudget(loop.now());
    var meters = new ApnsMeters(new Telemetry(new SimpleMeterRegistry()));
    for (Environment environment : Environment.values()) {
      var canary = new Canary(false, environment, List.of(APP), new NoTrial(), loop, meters);
      routes.put(
          environment,
          new Route(
              environment.wire(),
              APP.value(),
              environment,
              loop,
              new Clients(environment),
              settings(hedge),
              homes,
              canary,
              budget,
              host.random(),
              meters));
    }
    loop.execute(() -> routes.values().forEach(Route::open));
  }

  private static ApnsSettings settings(Optional<ApnsSettings.Hedge> hedge) {
    return new ApnsSettings(
        List.of(
            new AppSettings(
                List.of(APP),
                Set.of(Environment.values()),
                new CredentialSettings.SigningKey(Path.of("unread.p8"), "ABC123DEFG", "TEAM123456"),
                PayloadSettings.DEFAULT)),
        CONNECTIONS,
        MAX_IN_FLIGHT,
        Duration.ofSeconds(2),
        Duration.ofSeconds(15),
        ATTEMPT_MAX,
        ApnsSettings.Expiration.DEADLINE,
        Endpoint.isApple(Environment.PRODUCTION),
        Endpoint.isApple(Environment.SANDBOX),
        hedge,
        ApnsSettings.Canary.OFF,
        Optional.empty());
  }

  /** Accepts an order, as the sender does. */
  public CompletableFuture<PushReport> push(PushRequest request) {
    Device device = request.device();
    PushRequest watched =
        new PushRequest(
            request.attempt(),
            device,
            () -> {
              asked = request;
              return request.guard().refusal();
            },
            request.orderedAt(),
            request.avoided());
    var push =
        new PendingPush(
            watched,
            PushId.of(request.attempt().invite(), device),
            device.kind() == DeviceKey.Kind.ALERT ? APP.value() : APP.voipTopic(),
            "{}",
            host.clock(),
            loop::now,
            loop.now());
    Environment first = device.environment();
    loop.execute(() -> homes.admit(push, routeIn(first), routeIn(first.other())));
    return push.report();
  }

  /** The order whose guard was asked last: of the push that is written now, if one is. */
  public @Nullable PushRequest asked() {
    return asked;
  }

  private Route routeIn(Environment environment) {
    return Objects.requireNonNull(routes.get(environment));
  }

  /** Ends every push that was ordered so long ago, as the sender does. */
  public void cutShort(Duration age) {
    loop.execute(() -> routes.values().forEach(route -> route.cutShort(age)));
  }
}
