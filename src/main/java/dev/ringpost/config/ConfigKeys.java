package dev.ringpost.config;

import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.CalleeForm;
import dev.ringpost.config.RingpostConfig.GroupProtocol;
import dev.ringpost.config.RingpostConfig.LogFormat;
import dev.ringpost.config.RingpostConfig.LogLevel;
import dev.ringpost.config.RingpostConfig.Server;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every key of the configuration file: its place, type, default, bounds and meaning. {@link Schema}
 * reads this tree, SmallRye fills it, {@link Assembly} turns it into a {@link RingpostConfig}. What
 * has no default is optional here, required or not, so that a missing key does not keep the other
 * problems from being found.
 */
@ConfigMapping(prefix = ConfigKeys.ROOT)
interface ConfigKeys {

  /** Stands before every path inside this room only, so that unknown top-level keys are found. */
  String ROOT = "ringpost";

  Kafka kafka();

  Topics topics();

  Intake intake();

  Retry retry();

  Tokens tokens();

  Ring ring();

  Attempt attempt();

  Fanout fanout();

  Payload payload();

  Results results();

  ApnsKeys apns();

  List<AppKeys> apps();

  Admin admin();

  Log log();

  interface Kafka {
    @Doc(value = "Some brokers of the cluster, each `host:port`.", required = true)
    Optional<List<Server>> bootstrapServers();

    @Doc(
        "Any property of Kafka's clients, given to all of them: security, tuning. Refused are those"
            + " that Ringpost decides itself.")
    Map<String, Secret> properties();

    @Doc(
        "`classic`: a killed worker's partitions have a new owner after about 6 s. `consumer`: the"
            + " broker decides, 45 s by its defaults.")
    @WithDefault("classic")
    GroupProtocol groupProtocol();
  }

  interface Topics {
    String NAME = "(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}";
    String NAME_WORDS = "a topic name: 1 to 249 of a-z, A-Z, 0-9, dot, - and _";

    @Doc("Whether missing topics are made at start. Wrongly set ones are named, never changed.")
    @WithDefault("false")
    boolean create();

    @Doc("Replicas of the topics that are made.")
    @WithDefault("3")
    @Range(min = "1", max = "32")
    int replicationFactor();

    @Doc("Partitions of the topics that are made.")
    @WithDefault("12")
    @Range(min = "1", max = "10000")
    int partitions();

    @Doc("Call invites, read in the group `intake.group`.")
    @WithDefault("call-invites")
    @Matches(value = NAME, words = NAME_WORDS)
    String invites();

    @Doc("Who has which VoIP token; compacted, read whole by every worker, never written.")
    @WithDefault("voip-tokens")
    @Matches(value = NAME, words = NAME_WORDS)
    String tokens();

    @Doc("Tokens that APNs called dead; written by the workers, read whole by every worker.")
    @WithDefault("voip-token-invalidations")
    @Matches(value = NAME, words = NAME_WORDS)
    String invalidations();

    @Doc("What call servers tell of their calls; the last `ring.max` is read by every worker.")
    @WithDefault("call-signals")
    @Matches(value = NAME, words = NAME_WORDS)
    String signals();

    @Doc("What became of every invite.")
    @WithDefault("call-push-results")
    @Matches(value = NAME, words = NAME_WORDS)
    String results();

    @Doc(
        "What the names of the retry ladder's topics begin with; `-1`, `-2` and so on follow, one"
            + " for each rung.")
    @WithDefault("call-invites.retry")
    @Matches(value = "[a-zA-Z0-9._-]{1,240}", words = "1 to 240 of a-z, A-Z, 0-9, dot, - and _")
    String retry();

    @Doc("Invites that nobody can ring, byte for byte, with the reason.")
    @WithDefault("call-invites.dlq")
    @Matches(value = NAME, words = NAME_WORDS)
    String deadLetters();
  }

  interface Intake {
    @Doc("The consumer group of the workers.")
    @WithDefault("ringpost")
    @Matches(value = "[^\\s\\p{Cntrl}]{1,249}", words = "1 to 249 characters without spaces")
    String group();

    @Doc(
        "Invites that one worker rings at once, by default as many as the default connections"
            + " carry; the next ones wait in Kafka.")
    @WithDefault("1800")
    @Range(min = "1", max = "100000")
    int maxInFlight();

    @Doc(
        "Offsets per partition from the oldest unsettled invite on; beyond them the partition is"
            + " not read.")
    @WithDefault("65536")
    @Range(min = "1", max = "1048576")
    int ledgerSpan();

    @Doc(
        "Whether a record that Kafka's client cannot hand out (a damaged batch) becomes a dead"
            + " letter with its position, after a second try. If not, its partition waits for it,"
            + " and only that one; for retries too.")
    @WithDefault("false")
    boolean skipUnreadable();
  }

  interface Retry {
    @Doc(
        "How long an unfinished invite waits for its next tries; the last wait repeats while the"
            + " deadline allows. Each wait has a topic of its own.")
    @WithDefault("1s,2s,4s")
    @Range(min = "100ms", max = "60s")
    List<Duration> ladder();

    @Doc("The consumer group of the workers on the retry topics.")
    @WithDefault("ringpost.retry")
    @Matches(value = "[^\\s\\p{Cntrl}]{1,249}", words = "1 to 249 characters without spaces")
    String group();

    @Doc("Retries that one worker rings at once, beside `intake.max-in-flight`.")
    @WithDefault("500")
    @Range(min = "1", max = "100000")
    int maxInFlight();
  }

  interface Tokens {
    @Doc(
        "Whether a token that is registered more than once rings only where it was registered last:"
            + " a phone that was sold must not ring for its former owner. Costs about 12 bytes per"
            + " device.")
    @WithDefault("true")
    boolean oneUserPerToken();

    @Doc(
        "Whether APNs' `BadDeviceToken` makes a token dead for good. It is also the answer to a"
            + " token of the other environment.")
    @WithDefault("false")
    boolean invalidateBad();

    Fuse fuse();
  }

  interface Fuse {
    @Doc("How many of APNs' newest answers the fuse looks at, for each app and environment.")
    @WithDefault("50")
    @Range(min = "5", max = "100000")
    int answers();

    @Doc(
        "When more than this share of them, in per cent, call their token dead, no token is called"
            + " dead any more: a key, a topic or an environment is wrong then.")
    @WithDefault("20")
    @Range(min = "1", max = "100")
    int maxPercent();

    @Doc("For how long an answer counts at most.")
    @WithDefault("10m")
    @Range(min = "1s", max = "24h")
    Duration memory();
  }

  interface Ring {
    @Doc("How long a call rings whose invite names no deadline.")
    @WithName("default")
    @WithDefault("30s")
    @Range(min = "1s", max = "10m")
    Duration byDefault();

    @Doc("The longest time a call rings, whatever its invite says.")
    @WithDefault("120s")
    @Range(min = "1s", max = "10m")
    Duration max();
  }

  interface Attempt {
    @Doc("The longest time one attempt at a device takes, until its outcome counts as unknown.")
    @WithDefault("4s")
    @Range(min = "100ms", max = "60s")
    Duration max();
  }

  interface Fanout {
    @Doc("Devices that ring for one invite; the newest registrations come first.")
    @WithDefault("20")
    @Range(min = "1", max = "1000")
    int maxDevices();
  }

  interface Payload {
    @Doc("The field of the push payload that holds the call.")
    @WithDefault("call")
    @Matches(
        value = "(?!aps$)[A-Za-z0-9_-]{1,64}",
        words = "1 to 64 letters, digits, - or _, and not aps, which is Apple's own")
    String key();
  }

  interface Results {
    @Doc("The callee in results: `plain`, or `digest` where user ids are personal data.")
    @WithDefault("plain")
    CalleeForm callee();
  }

  interface Admin {
    @Doc("The address that serves /metrics, /livez and /readyz.")
    @WithDefault("0.0.0.0")
    @Matches(value = HOST, words = HOST_WORDS)
    String host();

    @Doc("Its port; 0 takes any free one and logs which.")
    @WithDefault("8080")
    @Range(min = "0", max = "65535")
    int port();
  }

  interface Log {
    @Doc("`text` for people, `json` for machines: one object per line.")
    @WithDefault("text")
    LogFormat format();

    @Doc("The least important lines that are written.")
    @WithDefault("info")
    LogLevel level();
  }

  /** A name or an IPv4 address, or an IPv6 address, which has at least two colons. */
  String HOST = "[A-Za-z0-9._-]{1,255}|(?=[^:]*:[^:]*:)[A-Za-z0-9._:%-]{2,255}";

  String HOST_WORDS =
      "a host name or an address, without scheme and port; the port has a key of its own";
}
