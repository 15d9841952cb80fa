package dev.ringpost.apns;

import dev.ringpost.apns.CredentialTrial.Verdict;
import dev.ringpost.call.Environment;
import dev.ringpost.telemetry.ApnsMeters;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves a route from end to end without a phone: name, TLS, credential and topic, by a push to a
 * token that no phone has, as {@link CredentialTrial} does it. At start, again while that has not
 * proven the route, and when its breaker half-opens; once a minute at most. Lives on the loop, but
 * for the push itself.
 */
final class Canary {

  /** The least time between two: each earns an error that APNs counts. */
  static final Duration SPACING = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(Canary.class);

  private final boolean on;
  private final String app;
  private final Environment environment;
  private final String topic;
  private final ApnsClients clients;
  private final EventLoop loop;
  private final ApnsMeters meters;

  private volatile @Nullable Verdict last;
  private @Nullable Runnable whenProven;
  private @Nullable Long sentNanos;
  private @Nullable Long provenNanos;
  private @Nullable Thread underWay;
  private boolean closed;

  /**
   * @param on whether it does anything
   * @param app the apps of the route, for meters and the log
   * @param topic what the credential must be good for
   */
  Canary(
      boolean on,
      String app,
      Environment environment,
      String topic,
      ApnsClients clients,
      EventLoop loop,
      ApnsMeters meters) {
    this.on = on;
    this.app = app;
    this.environment = environment;
    this.topic = topic;
    this.clients = clients;
    this.loop = loop;
    this.meters = meters;
  }

  /**
   * Sends the first.
   *
   * @param proof is told on the loop each time that the route is proven
   */
  void begin(Runnable proof) {
    whenProven = proof;
    if (on) {
      meters.watchCanary(app, environment, this::value);
      send();
    }
  }

  /** Sends one, unless there was one within {@link #SPACING}. */
  void send() {
    long now = System.nanoTime();
    if (!on || closed || (sentNanos != null && now - sentNanos < SPACING.toNanos())) {
      return;
    }
    sentNanos = now;
    underWay = Thread.ofVirtual().name("apns-canary").start(this::run);
  }

  private void run() {
    try {
      Verdict verdict =
          CredentialTrial.run(clients, clients.credential(), topic, CredentialSeat.TRIAL_MAX);
      loop.execute(() -> ended(verdict));
    } catch (RejectedExecutionException _) {
      log.atDebug().log("closed while a canary was on its way");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void ended(Verdict verdict) {
    if (closed) {
      return;
    }
    boolean news = last == null || last.getClass() != verdict.getClass();
    last = verdict;
    switch (verdict) {
      case Verdict.Good() -> {
        provenNanos = System.nanoTime();
        if (news) {
          log.atInfo()
              .addKeyValue("app", app)
              .addKeyValue("environment", environment.wire())
              .log("APNs takes the credential for the topic");
        }
        if (whenProven != null) {
          whenProven.run();
        }
        return;
      }
      case Verdict.Bad(String why) ->
          log.atError()
              .addKeyValue("app", app)
              .addKeyValue("environment", environment.wire())
              .addKeyValue("credential", clients.credential())
              .addKeyValue("why", why)
              .log("APNs refuses the credential; no phone of this route rings");
      case Verdict.Unknown(String why) ->
          log.atWarn()
              .addKeyValue("app", app)
              .addKeyValue("environment", environment.wire())
              .addKeyValue("why", why)
              .log("APNs cannot be asked whether it takes the credential");
    }
    var _ = loop.schedule(this::send, SPACING.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Another trial has just proven the route with its credential. */
  void proven() {
    if (on) {
      sentNanos = System.nanoTime();
      ended(new Verdict.Good());
    }
  }

  /** Why the route is not proven, in words; may be asked on any thread. */
  Optional<String> unproven() {
    String route = app + " in " + environment.wire();
    return switch (last) {
      case null -> Optional.of("APNs has not been asked yet about the credential of " + route);
      case Verdict.Good() -> Optional.empty();
      case Verdict.Bad(String why) ->
          Optional.of("APNs refuses the credential of " + route + ": " + why);
      case Verdict.Unknown(String why) ->
          Optional.of("APNs cannot be asked about the credential of " + route + ": " + why);
    };
  }

  /** Whether the last one proved this topic, less than {@link #SPACING} ago. */
  boolean proves(String asked) {
    return on
        && asked.equals(topic)
        && last instanceof Verdict.Good
        && provenNanos != null
        && System.nanoTime() - provenNanos < SPACING.toNanos();
  }

  private double value() {
    Verdict verdict = last;
    return verdict == null ? Double.NaN : verdict instanceof Verdict.Good ? 1 : 0;
  }

  void close() {
    closed = true;
    if (underWay != null) {
      underWay.interrupt();
    }
  }
}
