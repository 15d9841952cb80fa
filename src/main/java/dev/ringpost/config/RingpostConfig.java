package dev.ringpost.config;

import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.call.Secret;
import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Matches;
import dev.ringpost.config.declaration.Range;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.outbox.ResultFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The configuration of a worker: the one declaration of every key. A record is a group of keys, a
 * component with {@link Doc} is a key with its type, default, bounds and meaning; what is typed
 * {@link Secret} is never shown. {@link Schema} reads the records, {@link ConfigLoader} fills them
 * and hands out valid ones only. Immutable, and it may be printed.
 *
 * @param file the file it was read from; it and the credentials are the components without a key
 * @param credentials what was read from the files that the keys name, at the same time
 */
public record RingpostConfig(
    Path file,
    Credentials credentials,
    Kafka kafka,
    Topics topics,
    Intake intake,
    RetryConfig retry,
    MissedCallConfig missedCall,
    TokensConfig tokens,
    Ring ring,
    Attempt attempt,
    Fanout fanout,
    Payload payload,
    Results results,
    ApnsConfig apns,
    List<AppConfig> apps,
    GatewayConfig gateway,
    Health health,
    SyntheticConfig synthetic,
    Admin admin,
    Log log) {

  public RingpostConfig {
    apps = List.copyOf(apps);
  }

  /** The same with what was read from its files. */
  RingpostConfig with(Credentials read) {
    return new RingpostConfig(
        file,
        read,
        kafka,
        topics,
        intake,
        retry,
        missedCall,
        tokens,
        ring,
        attempt,
        fanout,
        payload,
        results,
        apns,
        apps,
        gateway,
        health,
        synthetic,
        admin,
        log);
  }

  /** A host and a port; the host is a name, an IPv4 address or an IPv6 address. */
  public record Server(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** The settings of the way to Kafka. Any property may be a password. */
  public record Kafka(
      @Doc(value = "Some brokers of the cluster, each `host:port`.", required = true)
          List<Server> bootstrapServers,
      @Doc(
              "Any property of Kafka's clients, given to all of them: security, tuning. Refused are"
                  + " those that Ringpost decides itself.")
          Map<String, Secret> properties,
      @Doc(
              "`classic`: a killed worker's partitions have a new owner after about 6 s."
                  + " `consumer`: the broker decides, 45 s by its defaults.")
          @Default("classic")
          GroupProtocol groupProtocol) {

    public Kafka {
      bootstrapServers = List.copyOf(bootstrapServers);
      properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /**
     * What the configuration of every Kafka client begins with: our defaults, the operator's own
     * properties and {@code bootstrap.servers}. A new map with the values in clear text: for a
     * client, never for a log.
     */
    public Map<String, Object> clientProperties() {
      Map<String, Object> client =
          ClientDefaults.with(properties.containsKey("sasl.login.callback.handler.class"));
      properties.forEach((name, value) -> client.put(name, value.reveal()));
      client.put("bootstrap.servers", bootstrapList());
      return client;
    }

    /** The brokers as Kafka's own tools take them: {@code host:port,host:port}. */
    public String bootstrapList() {
      return bootstrapServers.stream().map(Server::toString).collect(Collectors.joining(","));
    }
  }

  /** The names of the topics, all different, and how missing ones are created. */
  public record Topics(
      @Doc(
              "Whether missing topics are created at start. Wrongly set ones are named, never"
                  + " changed.")
          @Default("false")
          boolean create,
      @Doc("Replicas of the topics that are created.") @Default("3") @Range(min = "1", max = "32")
          int replicationFactor,
      @Doc("Partitions of the topics that are created.")
          @Default("12")
          @Range(min = "1", max = "" + Topics.MAX_PARTITIONS)
          int partitions,
      @Doc("Call invites, read in the group `intake.group`.")
          @Default("call-invites")
          @Matches(value = Matches.TOPIC, words = Matches.TOPIC_WORDS)
          String invites,
      @Doc("Who has which VoIP token; compacted, read whole by every worker, never written.")
          @Default("voip-tokens")
          @Matches(value = Matches.TOPIC, words = Matches.TOPIC_WORDS)
          String tokens,
      @Doc("Tokens that APNs called dead; written by the workers, read whole by every worker.")
          @Default("voip-token-invalidations")
          @Matches(value = Matches.TOPIC, words = Matches.TOPIC_WORDS)
          String invalidations,
      @Doc("What call servers report of their calls; the last `ring.max` is read by every worker.")
          @Default("call-signals")
          @Matches(value = Matches.TOPIC, words = Matches.TOPIC_WORDS)
          String signals,
      @Doc("What became of every invite.")
          @Default("call-push-results")
          @Matches(value = Matches.TOPIC, words = Matches.TOPIC_WORDS)
          String results,
      @Doc(
              "What the names of the retry ladder's topics begin with; `-1`, `-2` and so on follow,"
                  + " one for each wait of the ladder.")
          @Default("call-invites.retry")
          @Matches(
              value = "[a-zA-Z0-9._-]{1,240}",
              words = "1 to 240 of a-z, A-Z, 0-9, dot, - and _")
          String retry,
      @Doc("Calls that are looked at once they are over, with `missed-call.enabled`.")
          @Default("call-invites.missed")
          @Matches(value = Matches.TOPIC, words = Matches.TOPIC_WORDS)
          String missedCalls,
      @Doc("Invites that nobody can ring, byte for byte, with the reason.")
          @Default("call-invites.dlq")
          @Matches(value = Matches.TOPIC, words = Matches.TOPIC_WORDS)
          String deadLetters,
      @Doc(
              "Which devices do not ring; compacted, written by `ringpost health`, read whole by"
                  + " every worker for its results. Without it there is no such topic.")
          @Matches(value = Matches.TOPIC, words = Matches.TOPIC_WORDS)
          Optional<String> deviceHealth) {

    /** Bound on the partitions of a topic that is created. */
    public static final int MAX_PARTITIONS = 10_000;

    /** What the names of all retry topics begin with, also of a longer ladder. */
    public String retryPrefix() {
      return retry + "-";
    }

    /** The topics of a ladder of so many retries, one for each. */
    public List<String> retries(int count) {
      return IntStream.rangeClosed(1, count).mapToObj(number -> retryPrefix() + number).toList();
    }
  }

  /** The reading of invites. */
  public record Intake(
      @Doc("The consumer group of the workers.")
          @Default("ringpost")
          @Matches(value = Matches.GROUP, words = Matches.GROUP_WORDS)
          String group,
      @Doc(
              "Invites that one worker rings at once, by default as many as the default connections"
                  + " carry; the next ones wait in Kafka.")
          @Default("1800")
          @Range(min = "1", max = "" + Intake.MAX_IN_FLIGHT)
          int maxInFlight,
      @Doc(
              "Offsets per partition from the oldest unsettled invite on; beyond them the partition"
                  + " is not read.")
          @Default("65536")
          @Range(min = "1", max = "1048576")
          int ledgerSpan,
      @Doc(
              "Whether a record that Kafka's client cannot hand out (a damaged batch) becomes a"
                  + " dead letter with its position, after a second try. If not, its partition"
                  + " waits for it, and only that one; for retries too.")
          @Default("false")
          boolean skipUnreadable) {

    /** Bound on the invites that one worker rings at once. */
    public static final int MAX_IN_FLIGHT = 100_000;
  }

  /** The time that a call rings; the default is not longer than the maximum. */
  public record Ring(
      @Doc(value = "How long a call rings whose invite names no deadline.", name = "default")
          @Default("30s")
          @Range(min = "1s", max = "10m")
          Duration byDefault,
      @Doc("The longest time a call rings, whatever its invite says.")
          @Default("120s")
          @Range(min = "1s", max = "10m")
          Duration max,
      @Doc(
              "How long after APNs accepted a push a phone may take to ring until the call is told"
                  + " to be `silent`; only where the call server tells of `ringing` at all. `0s`:"
                  + " no second verdict.")
          @Default("5s")
          @Range(min = "0s", max = "60s")
          Duration silentAfter,
      @Doc(
              "Whether a call that is told to be `silent` is pushed once more to each of its"
                  + " devices, with the same ids, on another connection.")
          @Default("false")
          boolean pushAgain,
      @Doc(
              "How many invites of one callee may ring within `flood-window`; what is more ends as"
                  + " `failed` with the reason `flood`. Each worker counts what it reads. `0`: no"
                  + " limit.")
          @Default("0")
          @Range(min = "0", max = "10000")
          int maxPerCallee,
      @Doc("The same for the invites of one caller, by `caller.uri`.")
          @Default("0")
          @Range(min = "0", max = "10000")
          int maxPerCaller,
      @Doc("How long an invite counts for these two.") @Default("1m") @Range(min = "1s", max = "1h")
          Duration floodWindow) {}

  /** The bound on one attempt at a device; not longer than {@code ring.max}. */
  public record Attempt(
      @Doc("The longest time one attempt at a device takes, until its outcome counts as unknown.")
          @Default("4s")
          @Range(min = "100ms", max = "60s")
          Duration max) {}

  /** The bound on the devices that ring for one invite. */
  public record Fanout(
      @Doc("Devices that ring for one invite; the newest registrations come first.")
          @Default("20")
          @Range(min = "1", max = "1000")
          int maxDevices) {}

  /** The settings of a push's payload. */
  public record Payload(
      @Doc("The field of the push payload that holds the call.")
          @Default("call")
          @Matches(
              value = "(?!aps$)[A-Za-z0-9_-]{1,64}",
              words = "1 to 64 letters, digits, - or _, and not aps, which is Apple's own")
          String key) {}

  /** The settings of results. */
  public record Results(
      @Doc("The callee in results: `plain`, or `digest` where user ids are personal data.")
          @Default("plain")
          CalleeAs callee,
      @Doc(
              "The format of results: `json`, or a CloudEvent around the same object,"
                  + " `cloudevents-binary` or `cloudevents-structured`.")
          @Default("json")
          ResultFormat format) {}

  /** The search for deaf devices, by {@code ringpost health}; a worker does not read these keys. */
  public record Health(
      @Doc("The consumer group of `ringpost health`; one member works, others stand by.")
          @Default("ringpost.health")
          @Matches(value = Matches.GROUP, words = Matches.GROUP_WORDS)
          String group,
      @Doc("Calls in a row that a device must not have rung for to be called deaf.")
          @Default("5")
          @Range(min = "2", max = "100")
          int deafCalls,
      @Doc("The time that must lie between the first and the last of them.")
          @Default("48h")
          @Range(min = "1h", max = "720h")
          Duration deafSpan) {}

  /** The address at which metrics and health are served. */
  public record Admin(
      @Doc("The address that serves /metrics, /livez and /readyz.")
          @Default("0.0.0.0")
          @Matches(value = Matches.HOST, words = Matches.HOST_WORDS)
          String host,
      @Doc("Its port; 0: any free one, logged.") @Default("8080") @Range(min = "0", max = "65535")
          int port,
      @Doc("Whether / shows the live page to whoever reaches the port.") @Default("false")
          boolean page) {}

  /** The format of logs, and their level. */
  public record Log(
      @Doc("`text` for people, `json` for machines: one object per line.") @Default("text")
          LogFormat format,
      @Doc("The least important lines that are written.") @Default("info") LogLevel level) {}

  /** The format of a log line: text for people, or one JSON object per line. */
  public enum LogFormat {
    TEXT,
    JSON
  }

  /** The least important lines that are logged, from all of them to errors only. */
  public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }
}
