package dev.ringpost.config;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.path.ApnsSettings.Proxy;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The whole configuration of a worker, read and found valid by {@link ConfigLoader}; immutable. Its
 * shape is that of the file. What each key means, and its bounds, is in {@code
 * docs/configuration.md}. It may be printed: values of Kafka properties are hidden.
 *
 * @param file the file it was read from
 */
public record RingpostConfig(
    Path file,
    Kafka kafka,
    Topics topics,
    Intake intake,
    Retry retry,
    Tokens tokens,
    Ring ring,
    Attempt attempt,
    Fanout fanout,
    Payload payload,
    Results results,
    Apns apns,
    List<App> apps,
    Admin admin,
    Log log) {

  public RingpostConfig {
    apps = List.copyOf(apps);
  }

  /** A host and a port; the host is a name, an IPv4 address or an IPv6 address. */
  public record Server(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * How Kafka is reached.
   *
   * @param properties of every client; any of them may be a password
   */
  public record Kafka(
      List<Server> bootstrapServers, Map<String, Secret> properties, GroupProtocol groupProtocol) {

    /** Bound on a connection to an identity provider, and on its answer, in milliseconds. */
    private static final int LOGIN_MILLIS = 10_000;

    public Kafka {
      bootstrapServers = List.copyOf(bootstrapServers);
      properties = Map.copyOf(properties);
    }

    /**
     * What the configuration of every Kafka client begins with: {@code bootstrap.servers} and the
     * operator's own properties. A new map with the values in clear text: for a client, never for a
     * log. Kafka itself has no bound on an identity provider that accepts a connection and is
     * silent.
     */
    public Map<String, Object> clientProperties() {
      Map<String, Object> client = new LinkedHashMap<>();
      if (properties.containsKey("sasl.login.callback.handler.class")) {
        client.put("sasl.login.connect.timeout.ms", LOGIN_MILLIS);
        client.put("sasl.login.read.timeout.ms", LOGIN_MILLIS);
      }
      properties.forEach((name, value) -> client.put(name, value.reveal()));
      client.put("bootstrap.servers", bootstrapList());
      return client;
    }

    /** The brokers as Kafka's own tools take them: {@code host:port,host:port}. */
    public String bootstrapList() {
      return bootstrapServers.stream().map(Server::toString).collect(Collectors.joining(","));
    }
  }

  /**
   * The names of the topics, all different, and how missing ones are made.
   *
   * @param retryPrefix what the names of all retry topics begin with, also of a longer ladder
   * @param retries the topics of the ladder, one for each rung
   */
  public record Topics(
      boolean create,
      int replicationFactor,
      int partitions,
      String invites,
      String tokens,
      String invalidations,
      String signals,
      String results,
      String retryPrefix,
      List<String> retries,
      String deadLetters) {

    public Topics {
      retries = List.copyOf(retries);
    }
  }

  /**
   * The front door.
   *
   * @param maxInFlight bound on invites being rung
   * @param ledgerSpan bound on offsets per partition from the oldest unsettled one on
   * @param skipUnreadable whether a record that cannot be fetched becomes a dead letter
   */
  public record Intake(String group, int maxInFlight, int ledgerSpan, boolean skipUnreadable) {}

  /**
   * The second front door.
   *
   * @param ladder the waits before the tries, the last one repeating
   */
  public record Retry(List<Duration> ladder, String group, int maxInFlight) {
    public Retry {
      ladder = List.copyOf(ladder);
    }
  }

  /**
   * Which tokens ring, and when they are called dead.
   *
   * @param oneUserPerToken whether a token that is registered more than once rings only where it
   *     was registered last
   * @param invalidateBad whether {@code BadDeviceToken} does it
   */
  public record Tokens(boolean oneUserPerToken, boolean invalidateBad, Fuse fuse) {}

  /** When dead tokens are so many that none is believed. */
  public record Fuse(int answers, int maxPercent, Duration memory) {}

  /** How long a call rings; {@code byDefault} is not longer than {@code max}. */
  public record Ring(Duration byDefault, Duration max) {}

  /** How long one attempt at a device takes; not longer than {@code ring.max}. */
  public record Attempt(Duration max) {}

  /** How many devices ring for one invite. */
  public record Fanout(int maxDevices) {}

  /** The field of the push payload that holds the call; never {@code aps}. */
  public record Payload(String key) {}

  /** What results say of the callee. */
  public record Results(CalleeForm callee) {}

  /**
   * How Apple is reached.
   *
   * @param trustedCertificates PEM file of at least one certificate; empty for Java's trust store
   * @param proxy what stands between Ringpost and APNs; its password file was understood at start
   */
  public record Apns(
      int connections,
      int maxInFlightPerConnection,
      Duration connectTimeout,
      Duration idlePing,
      ApnsExpiration expiration,
      Server production,
      Server sandbox,
      Optional<Path> trustedCertificates,
      Optional<Hedge> hedge,
      Canary canary,
      Optional<Proxy> proxy) {

    /** The server of an environment. */
    public Server server(Environment environment) {
      return switch (environment) {
        case PRODUCTION -> production;
        case SANDBOX -> sandbox;
      };
    }
  }

  /** When a push without an answer is sent once more, and how many of them at most. */
  public record Hedge(Duration after, int maxPercent) {}

  /** Whether routes are proven by a push to nobody, and whether readiness waits for it. */
  public record Canary(boolean enabled, boolean ready) {}

  /**
   * One credential, the apps that it rings and where it is valid. No bundle id has two credentials
   * in one environment. The credential's files were read and understood at start.
   */
  public record App(
      List<BundleId> bundleIds, Set<Environment> environments, CredentialSettings credential) {
    public App {
      bundleIds = List.copyOf(bundleIds);
      environments = Set.copyOf(environments);
    }
  }

  /** Where metrics and health are served; port 0 stands for any free one. */
  public record Admin(String host, int port) {}

  /** How logs look and how much they tell. */
  public record Log(LogFormat format, LogLevel level) {}

  /** Kafka's {@code group.protocol}. */
  public enum GroupProtocol {
    CLASSIC,
    CONSUMER
  }

  /** The callee in results: as it is, or as its digest. */
  public enum CalleeForm {
    PLAIN,
    DIGEST
  }

  /** The {@code apns-expiration} of a push: the call's deadline, or 0. */
  public enum ApnsExpiration {
    DEADLINE,
    ZERO
  }

  /** Lines for people, or one JSON object per line. */
  public enum LogFormat {
    TEXT,
    JSON
  }

  /** From everything to errors only. */
  public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }
}
