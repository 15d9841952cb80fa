package dev.ringpost.apns;

import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.CredentialContent.Fingerprint;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.apns.path.CredentialTrial.Verdict;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.telemetry.ApnsMeters;
import dev.ringpost.telemetry.ApnsMeters.ReloadEnd;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credential of one route: what it was read from, and how it is exchanged for a new one. For
 * the thread of {@link CredentialReload}, but for what is asked by meters.
 */
final class RouteCredential {

  /** A credential that APNs could not be asked about is tried again after this. */
  static final Duration TRY_AGAIN_AFTER = Duration.ofMinutes(1);

  /** So is one that APNs refused, after this: it may not know a new key everywhere yet. */
  static final Duration ASK_AGAIN_AFTER = Duration.ofMinutes(10);

  private static final Logger log = LoggerFactory.getLogger(RouteCredential.class);

  private static final double SECONDS_PER_DAY = Duration.ofDays(1).toSeconds();

  private final String app;
  private final Environment environment;
  private final ApnsClients clients;
  private final List<BundleId> apps;
  private final Consumer<Map<BundleId, Verdict>> renewal;
  private final ApnsMeters meters;
  private final InstantSource clock;

  private volatile Fingerprint inUse;
  private volatile boolean outdated;
  private Fingerprint found;
  private @Nullable Fingerprint refused;
  private @Nullable Instant nextTrial;

  /**
   * @param app the apps of the route, for meters and logs
   * @param clients where the route gets its clients from
   * @param apps the apps that a new credential is tried for
   * @param renewal moves the route to new clients, given what was found for each app; called on any
   *     thread, returns at once
   * @param inUse what the credential in use was read from
   */
  RouteCredential(
      String app,
      Environment environment,
      ApnsClients clients,
      List<BundleId> apps,
      Consumer<Map<BundleId, Verdict>> renewal,
      Fingerprint inUse,
      ApnsMeters meters,
      InstantSource clock) {
    this.app = app;
    this.environment = environment;
    this.clients = clients;
    this.apps = apps;
    this.renewal = renewal;
    this.inUse = inUse;
    this.found = inUse;
    this.meters = meters;
    this.clock = clock;
  }

  /** Shows the state of the credential from now on. */
  void show() {
    meters.watchCredential(app, environment, () -> outdated, this::daysLeft);
  }

  /** Days until the credential in use expires; NaN for one that does not. */
  double daysLeft() {
    return clients
        .credential()
        .expiresAt()
        .map(end -> Duration.between(clock.instant(), end).toSeconds() / SECONDS_PER_DAY)
        .orElse(Double.NaN);
  }

  /** The files hold this now, good or bad; if it is new, it need not wait for its trial. */
  void found(Fingerprint files) {
    if (!files.equals(found)) {
      found = files;
      nextTrial = null;
    }
    outdated = !files.equals(inUse);
  }

  /** What the files hold is no credential, or none that APNs takes; the one in use stays. */
  void refuse(Fingerprint files) {
    if (!files.equals(refused) && !files.equals(inUse)) {
      refused = files;
      meters.reloaded(app, environment, ReloadEnd.REFUSED);
    }
  }

  /** The files hold a credential: it is tried, unless that is done or not due, and moved to. */
  void offer(Fingerprint files, Credential candidate) throws InterruptedException {
    if (files.equals(inUse) || !isDue()) {
      return;
    }
    Map<BundleId, Verdict> verdicts = new LinkedHashMap<>();
    switch (tryFor(candidate, verdicts)) {
      case Verdict.Good() -> {
        nextTrial = null;
        refused = null;
        inUse = files;
        outdated = false;
        clients.use(candidate);
        renewal.accept(verdicts);
        meters.reloaded(app, environment, ReloadEnd.MOVED);
        log.atInfo()
            .addKeyValue("app", app)
            .addKeyValue("environment", environment.wire())
            .addKeyValue("credential", candidate)
            .log("a new credential is good; its connections take over");
      }
      case Verdict.Bad(String why) -> {
        nextTrial = clock.instant().plus(ASK_AGAIN_AFTER);
        refuse(files);
        log.atError()
            .addKeyValue("app", app)
            .addKeyValue("environment", environment.wire())
            .addKeyValue("credential", candidate)
            .addKeyValue("why", why)
            .log("APNs refuses the new credential; the one in use stays");
      }
      case Verdict.Unknown(String why) -> {
        nextTrial = clock.instant().plus(TRY_AGAIN_AFTER);
        meters.reloaded(app, environment, ReloadEnd.UNTRIED);
        log.atWarn()
            .addKeyValue("app", app)
            .addKeyValue("environment", environment.wire())
            .addKeyValue("credential", candidate)
            .addKeyValue("why", why)
            .log("the new credential cannot be tried now; the one in use stays until it can");
      }
    }
  }

  /**
   * Tries a credential for each app. An app that it is refused for speaks against it only if the
   * credential in use still serves that app: what is lost already cannot be lost by moving.
   *
   * @param verdicts gets what was found for each app
   */
  private Verdict tryFor(Credential candidate, Map<BundleId, Verdict> verdicts)
      throws InterruptedException {
    for (BundleId one : apps) {
      Verdict verdict = CredentialTrial.run(clients.oneShot(), candidate, one);
      verdicts.put(one, verdict);
      if (verdict instanceof Verdict.Unknown(String why)) {
        return new Verdict.Unknown(one + ": " + why);
      }
    }
    boolean isOfUse = verdicts.containsValue(new Verdict.Good());
    for (BundleId one : apps) {
      if (verdicts.get(one) instanceof Verdict.Bad(String why)
          && (!isOfUse || !isRefusedNow(one))) {
        return new Verdict.Bad(one + ": " + why);
      }
    }
    return new Verdict.Good();
  }

  private boolean isRefusedNow(BundleId one) throws InterruptedException {
    return CredentialTrial.run(clients.oneShot(), clients.credential(), one) instanceof Verdict.Bad;
  }

  private boolean isDue() {
    return nextTrial == null || !clock.instant().isBefore(nextTrial);
  }
}
