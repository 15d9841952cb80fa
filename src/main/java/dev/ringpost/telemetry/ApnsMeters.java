package dev.ringpost.telemetry;

import dev.ringpost.call.Environment;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** The meters of the room that speaks to Apple. Safe for many threads. */
public final class ApnsMeters {

  /** The statuses that Apple documents; any other is tagged {@code other}. */
  private static final Set<Integer> STATUSES =
      Set.of(200, 400, 403, 404, 405, 410, 413, 429, 500, 503);

  private record AnswerKey(Environment environment, int status, String reason) {}

  /** The tag of a GOAWAY that gave no reason. */
  private static final String NO_REASON = "none";

  private final Telemetry telemetry;
  private final Map<AnswerKey, Counter> answers = new ConcurrentHashMap<>();

  public ApnsMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /**
   * APNs answered.
   *
   * @param reason one of a fixed set of words
   */
  public void answered(Environment environment, int status, String reason) {
    int known = STATUSES.contains(status) ? status : 0;
    answers
        .computeIfAbsent(
            new AnswerKey(environment, known, reason),
            key ->
                telemetry.counter(
                    ApnsMeterName.APNS_ANSWERS,
                    key.environment().wire(),
                    key.status() == 0 ? "other" : String.valueOf(key.status()),
                    key.reason()))
        .increment();
  }

  /**
   * A connection was given up for a new one.
   *
   * @param app the apps of its route
   * @param reason one of a fixed set of words
   */
  public void connectionReplaced(String app, Environment environment, String reason) {
    telemetry
        .counter(ApnsMeterName.APNS_CONNECTIONS_REPLACED, app, environment.wire(), reason)
        .increment();
  }

  /** Shows from now on that no connection of a route was replaced for one of these reasons yet. */
  public void registerReplacements(String app, Environment environment, List<String> reasons) {
    reasons.forEach(
        reason ->
            telemetry.counter(
                ApnsMeterName.APNS_CONNECTIONS_REPLACED, app, environment.wire(), reason));
    telemetry.counter(ApnsMeterName.APNS_GOAWAYS, app, environment.wire(), NO_REASON);
  }

  /**
   * APNs sent GOAWAY on a connection.
   *
   * @param reason one of a fixed set of words
   */
  public void toldToLeave(String app, Environment environment, String reason) {
    telemetry.counter(ApnsMeterName.APNS_GOAWAYS, app, environment.wire(), reason).increment();
  }

  /** The reason why a push was tried again within one attempt. */
  public enum TryAgainWhy {
    /** The last try ended without an answer. */
    UNANSWERED,
    /** The last try was answered with something about its connection, which is replaced. */
    SPOILED,
    /** The last try has waited for its answer for long. */
    HEDGE;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A ring was tried again on another connection. */
  public void triedAgain(String app, Environment environment, TryAgainWhy why) {
    telemetry
        .counter(ApnsMeterName.APNS_TRIED_AGAIN, app, environment.wire(), why.tag())
        .increment();
  }

  /** Shows from now on that no ring of a route was tried again yet. */
  public void registerRetries(String app, Environment environment) {
    for (TryAgainWhy why : TryAgainWhy.values()) {
      telemetry.counter(ApnsMeterName.APNS_TRIED_AGAIN, app, environment.wire(), why.tag());
    }
  }

  /** Shows the state of a route from now on; the suppliers are asked on any thread. */
  public void registerRoute(
      String app,
      Environment environment,
      Supplier<Number> inFlight,
      Supplier<Number> streamLimit,
      Supplier<Number> connectionsOpen,
      BooleanSupplier down) {
    telemetry.gauge(ApnsMeterName.APNS_IN_FLIGHT, inFlight, app, environment.wire());
    telemetry.gauge(ApnsMeterName.APNS_STREAM_LIMIT, streamLimit, app, environment.wire());
    telemetry.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN, connectionsOpen, app, environment.wire());
    telemetry.gauge(
        ApnsMeterName.APNS_ROUTE_DOWN, () -> down.getAsBoolean() ? 1 : 0, app, environment.wire());
  }

  /**
   * Shows from now on whether the last canary proved a route for an app: 1, 0, or NaN before the
   * first.
   *
   * @param app one app
   */
  public void registerCanary(String app, Environment environment, DoubleSupplier proven) {
    telemetry.gauge(ApnsMeterName.APNS_CANARY, proven::getAsDouble, app, environment.wire());
  }

  /** The outcome of a try to move a route to a new credential on disk. */
  public enum ReloadEnd {
    MOVED,
    REFUSED,
    UNTRIED;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A new credential was found in the files. */
  public void reloaded(String app, Environment environment, ReloadEnd end) {
    telemetry
        .counter(ApnsMeterName.APNS_CREDENTIAL_RELOADS, app, environment.wire(), end.tag())
        .increment();
  }

  /**
   * Shows the state of a route's credential from now on; the suppliers are asked on any thread.
   *
   * @param outdated whether the files hold another one
   * @param daysLeft days until it expires; NaN for one that does not, which is not shown
   */
  public void watchCredential(
      String app, Environment environment, BooleanSupplier outdated, DoubleSupplier daysLeft) {
    telemetry.gauge(
        ApnsMeterName.APNS_CREDENTIAL_OUTDATED,
        () -> outdated.getAsBoolean() ? 1 : 0,
        app,
        environment.wire());
    if (!Double.isNaN(daysLeft.getAsDouble())) {
      telemetry.gauge(
          ApnsMeterName.APNS_CREDENTIAL_EXPIRES, daysLeft::getAsDouble, app, environment.wire());
    }
    for (ReloadEnd end : ReloadEnd.values()) {
      telemetry.counter(ApnsMeterName.APNS_CREDENTIAL_RELOADS, app, environment.wire(), end.tag());
    }
  }

  /**
   * Shows when an app's token for Apple's data export ends, from now on.
   *
   * @param daysLeft days until it ends, NaN if that is not known; asked on any thread
   */
  public void watchExportToken(String app, DoubleSupplier daysLeft) {
    telemetry.gauge(ApnsMeterName.APNS_EXPORT_TOKEN_EXPIRES, daysLeft::getAsDouble, app);
  }
}
