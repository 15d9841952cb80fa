package dev.ringpost.apns.path;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of Ringpost's way to APNs. The constructor refuses impossible values, all of them
 * together, with an {@link InvalidSettingsException}.
 *
 * @param apps the apps and their credentials
 * @param connections connections per route
 * @param maxInFlightPerConnection pushes without an answer on one connection; what APNs announces
 *     counts if it is less
 * @param connectTimeout for a connection to be open: DNS, TCP, a proxy's tunnel, TLS and APNs'
 *     first SETTINGS; for TCP to one address a quarter of it
 * @param idlePing after how long without a word from APNs it is asked whether it is there; with no
 *     answer for half as long again, the connection is given up
 * @param attemptMax the longest attempt, from the order to the outcome
 * @param expiration what {@code apns-expiration} says
 * @param production APNs' production host
 * @param sandbox APNs' sandbox host
 * @param hedge when a push without an answer is sent once more; never if empty
 * @param canary whether routes are proven with pushes to nobody
 * @param proxy what stands between Ringpost and APNs, if anything does
 */
public record ApnsSettings(
    List<AppSettings> apps,
    int connections,
    int maxInFlightPerConnection,
    Duration connectTimeout,
    Duration idlePing,
    Duration attemptMax,
    Expiration expiration,
    Endpoint production,
    Endpoint sandbox,
    Optional<Hedge> hedge,
    Canary canary,
    Optional<Proxy> proxy) {

  /** Bound on connections per route. */
  public static final int MAX_CONNECTIONS = 32;

  /** Bound on pushes in flight per connection; APNs announces 1000 today. */
  public static final int MAX_IN_FLIGHT = 10_000;

  /** The meaning of {@code apns-expiration}. */
  public enum Expiration {
    /** The ringing deadline: APNs keeps trying until then. */
    DEADLINE,
    /** 0: APNs tries once and keeps nothing. */
    ZERO;

    /** As Pushy takes it, null for 0. */
    public @Nullable Instant of(Instant deadline) {
      return switch (this) {
        case DEADLINE -> deadline;
        case ZERO -> null;
      };
    }
  }

  /**
   * The rule by which a push without an answer is sent once more, on another connection.
   *
   * @param after the time without an answer
   * @param maxPercent bound on such pushes, in percent of all
   */
  public record Hedge(Duration after, int maxPercent) {
    public Hedge {
      InvalidSettingsException.require(
          after.isPositive(),
          "apns.hedge.after",
          "must be above 0, not " + after.toMillis() + "ms");
      InvalidSettingsException.require(
          maxPercent >= 1 && maxPercent <= 100,
          "apns.hedge.max-percent",
          "must be 1 to 100, not " + maxPercent);
    }
  }

  /** The use of the canary, which proves a route by a push to a token that no phone has. */
  public enum Canary {
    /** No such push. */
    OFF,
    /** It is shown. */
    SHOWN,
    /** The worker is not ready until every route is proven. */
    DECIDES_READY
  }

  /**
   * The proxy on the way to APNs.
   *
   * @param host resolved before each connection
   * @param login if the proxy asks who we are
   */
  public record Proxy(Kind kind, String host, int port, Optional<ProxyCredentials> login) {

    /** The protocol of the proxy. */
    public enum Kind {
      /** HTTP's CONNECT. */
      HTTP("HTTP"),
      SOCKS5("SOCKS5");

      private final String word;

      Kind(String word) {
        this.word = word;
      }
    }

    /** In words, to stand after "the". */
    @Override
    public String toString() {
      return kind.word + " proxy " + host + " port " + port;
    }
  }

  /**
   * A server of APNs, or one in its place.
   *
   * @param host its name, which its certificate must bear; with a dot at its end no search domain
   *     is tried
   * @param port its port; Apple's listen on 443 and 2197
   */
  public record Endpoint(String host, int port) {

    /** The port of HTTPS, on which Apple's servers listen. */
    public static final int PORT = 443;

    /** Apple's own server of an environment. */
    public static Endpoint isApple(Environment environment) {
      return switch (environment) {
        case PRODUCTION -> new Endpoint("api.push.apple.com", PORT);
        case SANDBOX -> new Endpoint("api.sandbox.push.apple.com", PORT);
      };
    }

    /** The name as TLS and HTTP know it: without the dot that makes it absolute for DNS. */
    public String tlsName() {
      return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    public Endpoint {
      if (host.isBlank() || port < 1 || port > 65_535) {
        throw new IllegalArgumentException(
            "an APNs server needs a host and a port from 1 to 65535, not '"
                + host
                + "' and "
                + port);
      }
    }
  }

  public ApnsSettings {
    apps = List.copyOf(apps);
    List<Finding> problems = new ArrayList<>();
    if (apps.isEmpty()) {
      problems.add(
          InvalidSettingsException.wrong(
              "apps", "must name at least one app, or no phone can ring"));
    }
    problems.addAll(appsNamedTwice(apps));
    number(problems, "apns.connections", connections, MAX_CONNECTIONS);
    number(problems, "apns.max-in-flight-per-connection", maxInFlightPerConnection, MAX_IN_FLIGHT);
    time(problems, "apns.connect-timeout", connectTimeout);
    time(problems, "apns.idle-ping", idlePing);
    time(problems, "attempt.max", attemptMax);
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
  }

  /** The server of an environment. */
  public Endpoint endpoint(Environment environment) {
    return switch (environment) {
      case PRODUCTION -> production;
      case SANDBOX -> sandbox;
    };
  }

  private static List<Finding> appsNamedTwice(List<AppSettings> apps) {
    record Seat(BundleId app, Environment environment) {}
    Set<Seat> taken = new HashSet<>();
    List<Finding> problems = new ArrayList<>();
    for (AppSettings settings : apps) {
      for (BundleId app : settings.bundleIds()) {
        for (Environment environment : settings.environments()) {
          if (!taken.add(new Seat(app, environment))) {
            problems.add(
                InvalidSettingsException.wrong(
                    "apps",
                    "must name each bundle id once per environment, but "
                        + app
                        + " stands twice for "
                        + environment.wire()));
          }
        }
      }
    }
    return problems;
  }

  private static void number(List<Finding> problems, String key, int value, int max) {
    if (value < 1 || value > max) {
      problems.add(InvalidSettingsException.wrong(key, "must be 1 to " + max + ", not " + value));
    }
  }

  private static void time(List<Finding> problems, String key, Duration value) {
    if (!value.isPositive()) {
      problems.add(
          InvalidSettingsException.wrong(key, "must be above 0, not " + value.toMillis() + "ms"));
    }
  }
}
