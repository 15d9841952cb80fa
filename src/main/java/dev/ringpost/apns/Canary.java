package dev.ringpost.apns;

import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.apns.path.CredentialTrial.Verdict;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.telemetry.ApnsMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A proof of a route from end to end without a phone: name, TLS, credential and the topic of each
 * app, by a push for each to a token that no phone has, as {@link CredentialTrial} sends it. It
 * runs at start, again while an app is not proven, and when the breaker half-opens; once a minute
 * at most. Lives on the loop, but for the pushes themselves.
 */
final class Canary {

  /** The one that tries the credential in use. */
  interface Asked {

    /** Tries it for an app, not on the loop. */
    Verdict trial(BundleId app) throws InterruptedException;

    /** That credential, for the log. */
    Credential credential();
  }

  /** The least time between two rounds: each push earns an error that APNs counts. */
  static final Duration SPACING = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(Canary.class);

  private final boolean on;
  private final Environment environment;
  private final List<BundleId> apps;
  private final Asked asked;
  private final Loop loop;
  private final ApnsMeters meters;

  private final Map<BundleId, Verdict> last = new ConcurrentHashMap<>();
  private final Map<BundleId, Long> proven = new HashMap<>();
  private @Nullable Runnable whenProven;
  private @Nullable Long sentNanos;
  private @Nullable Thread underWay;
  private boolean closed;

  /**
   * @param on whether it does anything
   * @param apps what the credential must be good for
   */
  Canary(
      boolean on,
      Environment environment,
      List<BundleId> apps,
      Asked asked,
      Loop loop,
      ApnsMeters meters) {
    this.on = on;
    this.environment = environment;
    this.apps = apps;
    this.asked = asked;
    this.loop = loop;
    this.meters = meters;
  }

  /**
   * Sends the first.
   *
   * @param proof is told on the loop each time that the route is proven for an app
   */
  void begin(Runnable proof) {
    assert loop.isHere();
    whenProven = proof;
    if (on) {
      apps.forEach(app -> meters.registerCanary(app.value(), environment, () -> value(app)));
      send();
    }
  }

  /** Sends one for each app, unless that was done within {@link #SPACING}. */
  void send() {
    assert loop.isHere();
    long now = loop.now();
    if (!on || closed || (sentNanos != null && now - sentNanos < SPACING.toNanos())) {
      return;
    }
    sentNanos = now;
    underWay = Thread.ofVirtual().name("apns-canary").start(this::run);
  }

  private void run() {
    try {
      for (BundleId app : apps) {
        Verdict verdict = asked.trial(app);
        loop.execute(() -> ended(app, verdict));
      }
      loop.execute(this::goOn);
    } catch (RejectedExecutionException _) {
      log.atDebug().log("closed while a canary was on its way");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void ended(BundleId app, Verdict verdict) {
    if (closed) {
      return;
    }
    Verdict before = last.put(app, verdict);
    boolean news = before == null || before.getClass() != verdict.getClass();
    switch (verdict) {
      case Verdict.Good() -> {
        proven.put(app, loop.now());
        if (news) {
          log.atInfo()
              .addKeyValue("app", app)
              .addKeyValue("environment", environment.wire())
              .log("APNs accepts the credential for the app");
        }
        if (whenProven != null) {
          whenProven.run();
        }
      }
      case Verdict.Bad(String why) ->
          log.atError()
              .addKeyValue("app", app)
              .addKeyValue("environment", environment.wire())
              .addKeyValue("credential", asked.credential())
              .addKeyValue("why", why)
              .log("APNs refuses the credential; no phone of this app rings");
      case Verdict.Unknown(String why) ->
          log.atWarn()
              .addKeyValue("app", app)
              .addKeyValue("environment", environment.wire())
              .addKeyValue("why", why)
              .log("APNs cannot be asked whether it accepts the credential");
    }
  }

  /** Until every app is proven. */
  private void goOn() {
    if (!closed && !apps.stream().allMatch(this::isProven)) {
      loop.later(SPACING.toNanos(), this::send);
    }
  }

  /** Whether the last push for an app proved the route; may be asked on any thread. */
  boolean isProven(BundleId app) {
    return last.get(app) instanceof Verdict.Good;
  }

  /** Another trial has just tried the credential in use for each app. */
  void tried(Map<BundleId, Verdict> verdicts) {
    assert loop.isHere();
    if (on) {
      sentNanos = loop.now();
      verdicts.forEach(this::ended);
      goOn();
    }
  }

  /** What is not proven, in words, one line for each app; may be asked on any thread. */
  List<String> unproven() {
    List<String> lines = new ArrayList<>();
    for (BundleId app : apps) {
      String route = app + " in " + environment.wire();
      switch (last.get(app)) {
        case null -> lines.add("APNs has not been asked yet about the credential of " + route);
        case Verdict.Good() -> {}
        case Verdict.Bad(String why) ->
            lines.add("APNs refuses the credential of " + route + ": " + why);
        case Verdict.Unknown(String why) ->
            lines.add("APNs cannot be asked about the credential of " + route + ": " + why);
      }
    }
    return List.copyOf(lines);
  }

  /** Whether the last one proved this topic, less than {@link #SPACING} ago. */
  boolean proves(String asked) {
    for (BundleId app : apps) {
      Long provenNanos = proven.get(app);
      if (app.voipTopic().equals(asked)) {
        return on
            && isProven(app)
            && provenNanos != null
            && loop.now() - provenNanos < SPACING.toNanos();
      }
    }
    return false;
  }

  private double value(BundleId app) {
    Verdict verdict = last.get(app);
    return verdict == null ? Double.NaN : verdict instanceof Verdict.Good ? 1 : 0;
  }

  void close() {
    assert loop.isHere();
    closed = true;
    if (underWay != null) {
      underWay.interrupt();
    }
  }
}
