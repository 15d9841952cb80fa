package dev.ringpost.config;

import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The rules between keys; each key by itself is already valid. {@link AppRules} has those of the
 * apps.
 */
final class Rules {

  /** What stands behind the prefix in the name of a retry topic, of however long a ladder. */
  private static final String RETRY_NUMBER = "\\d{1,3}";

  /** Kafka's client refuses these under the consumer protocol, where they are the broker's. */
  private static final List<String> CLASSIC_ONLY =
      List.of("session.timeout.ms", "heartbeat.interval.ms");

  /** With one of these and no {@code security.protocol} Kafka talks in clear text all the same. */
  private static final List<String> SECURITY =
      List.of(
          "sasl.mechanism", "sasl.jaas.config", "ssl.truststore.location", "ssl.keystore.location");

  private final RingpostConfig tree;
  private final RawValues written;
  private final Problems problems;

  private Rules(RingpostConfig tree, RawValues written, Problems problems) {
    this.tree = tree;
    this.written = written;
    this.problems = problems;
  }

  /** Adds a problem for each rule that is broken. */
  static void check(RingpostConfig tree, RawValues written, Problems problems) {
    Rules rules = new Rules(tree, written, problems);
    rules.kafkaProperties();
    rules.topicNames();
    rules.durations();
    rules.groups();
    rules.rings();
    rules.apns();
    rules.snapshots();
  }

  private void rings() {
    if (tree.ring().pushAgain()
        && tree.ring().silentAfter().isZero()
        && !problems.concern("ring.push-again", "ring.silent-after")) {
      add(
          "ring.push-again",
          "follows silent, which ring.silent-after: 0s never tells",
          "write a longer ring.silent-after, such as 5s, or remove ring.push-again");
    }
  }

  private void snapshots() {
    String folder = "tokens.snapshot.folder";
    String key = "tokens.snapshot.key-file";
    withoutEffect(key, written.has(folder), folder);
    withoutEffect("tokens.snapshot.interval", written.has(folder), folder);
    if (written.has(folder) && !written.has(key) && !problems.concern(folder)) {
      add(
          folder,
          "would hold tokens in clear text, and tokens are secrets",
          "write "
              + key
              + " too, the name of a file with 32 random bytes in Base64 (openssl rand"
              + " -base64 32), or remove "
              + folder);
    }
  }

  /** A key that does nothing is a mistake: somebody believes that it does. */
  private void apns() {
    ApnsConfig apns = tree.apns();
    boolean proxied = written.has("apns.proxy.host");
    withoutEffect("apns.proxy.kind", proxied, "apns.proxy.host");
    withoutEffect("apns.proxy.port", proxied, "apns.proxy.host");
    withoutEffect("apns.proxy.username", proxied, "apns.proxy.host");
    withoutEffect("apns.proxy.password-file", proxied, "apns.proxy.host");
    boolean named = written.has("apns.proxy.username");
    boolean secret = written.has("apns.proxy.password-file");
    withoutEffect("apns.proxy.username", secret, "apns.proxy.password-file");
    withoutEffect("apns.proxy.password-file", named, "apns.proxy.username");
    boolean metrics = written.has("apns.delivery-metrics.token-folder");
    withoutEffect("apns.delivery-metrics.team-id", metrics, "apns.delivery-metrics.token-folder");
    withoutEffect("apns.delivery-metrics.url", metrics, "apns.delivery-metrics.token-folder");
    withoutEffect("apns.hedge.max-percent", written.has("apns.hedge.after"), "apns.hedge.after");
    apns.hedge()
        .after()
        .ifPresent(
            after -> notLonger("apns.hedge.after", after, "attempt.max", tree.attempt().max()));
    if (apns.canary().ready()
        && !apns.canary().enabled()
        && !problems.concern("apns.canary.ready", "apns.canary.enabled")) {
      add(
          "apns.canary.ready",
          "waits for what apns.canary.enabled: false forbids",
          "write apns.canary.enabled: true, or remove apns.canary.ready");
    }
  }

  private void withoutEffect(String key, boolean effective, String needed) {
    if (written.has(key) && !effective && !problems.concern(key)) {
      add(key, "has no effect without " + needed, "write " + needed + " too, or remove " + key);
    }
  }

  /** In one group a worker would get all partitions that live and another those that do not. */
  private void groups() {
    if (tree.intake().group().equals(tree.retry().group())
        && !problems.concern("intake.group", "retry.group")) {
      String blamed = written.has("retry.group") ? "retry.group" : "intake.group";
      add(blamed, "both groups are " + tree.intake().group(), "give each a name of its own");
    }
    String health = tree.health().group();
    if ((health.equals(tree.intake().group()) || health.equals(tree.retry().group()))
        && !problems.concern("health.group", "intake.group", "retry.group")) {
      add("health.group", health + " is a group of the workers", "give it a name of its own");
    }
    List<String> others = new ArrayList<>();
    others.addAll(List.of(tree.intake().group(), tree.retry().group(), health));
    if (tree.missedCall().enabled()) {
      another("missed-call.group", tree.missedCall().group(), others);
      others.add(tree.missedCall().group());
    }
    tree.gateway().webhook().ifPresent(it -> another("gateway.webhook.group", it.group(), others));
  }

  private void another(String key, String group, List<String> others) {
    if (others.contains(group) && !problems.concern(key)) {
      add(key, group + " is another group too", "give each a name of its own");
    }
  }

  private void kafkaProperties() {
    Map<String, ?> properties = tree.kafka().properties();
    for (String name : properties.keySet()) {
      KafkaProperty.decided(name)
          .ifPresent(why -> property(name, "is decided by Ringpost: " + why, "remove it"));
      if (CLASSIC_ONLY.contains(name)
          && tree.kafka().groupProtocol() == GroupProtocol.CONSUMER
          && !problems.concern("kafka.group-protocol")) {
        property(
            name,
            "does not go with kafka.group-protocol: consumer, where the broker decides it",
            "remove it, or write kafka.group-protocol: classic");
      }
      if (SECURITY.contains(name) && !properties.containsKey("security.protocol")) {
        property(
            name,
            "has no effect without security.protocol: Kafka would be spoken in clear text",
            "add security.protocol: SASL_SSL, SSL or SASL_PLAINTEXT");
      }
    }
  }

  private void property(String name, String wrong, String fix) {
    add("kafka.properties." + name, wrong, fix);
  }

  private void topicNames() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("topics.invites", tree.topics().invites());
    names.put("topics.tokens", tree.topics().tokens());
    names.put("topics.invalidations", tree.topics().invalidations());
    names.put("topics.signals", tree.topics().signals());
    names.put("topics.results", tree.topics().results());
    names.put("topics.dead-letters", tree.topics().deadLetters());
    tree.topics().deviceHealth().ifPresent(name -> names.put("topics.device-health", name));
    if (tree.missedCall().enabled()) {
      names.put("topics.missed-calls", tree.topics().missedCalls());
    }
    Map<String, String> keys = new HashMap<>();
    Pattern retries = Pattern.compile(Pattern.quote(tree.topics().retryPrefix()) + RETRY_NUMBER);
    names.forEach(
        (key, name) -> {
          if (retries.matcher(name).matches() && !problems.concern(key, "topics.retry")) {
            add(
                written.has(key) ? key : "topics.retry",
                name
                    + " is a name of topics.retry, whose topics are "
                    + tree.topics().retryPrefix()
                    + "1 and so on",
                "give each topic a name of its own");
          }
          String other = keys.putIfAbsent(name, key);
          if (other != null && !problems.concern(key, other)) {
            // The one that was written is wrong, not the default that it meets.
            add(
                written.has(key) ? key : other,
                name + " is also the name of " + (written.has(key) ? other : key),
                "give each topic a name of its own");
          }
        });
  }

  private void durations() {
    notLonger("ring.default", tree.ring().byDefault(), "ring.max", tree.ring().max());
    int retries = tree.retry().count();
    if (retries < 1 || retries > RetryLadder.MAX_RETRIES) {
      add(
          "retry.ladder",
          "has " + retries + " times",
          "write 1 to " + RetryLadder.MAX_RETRIES + " times");
    }
    notLonger("attempt.max", tree.attempt().max(), "ring.max", tree.ring().max());
    SyntheticConfig synthetic = tree.synthetic();
    if (synthetic.callee().isPresent()) {
      notLonger("synthetic.ring", synthetic.ring(), "ring.max", tree.ring().max());
      notLonger("synthetic.within", synthetic.within(), "synthetic.ring", synthetic.ring());
      notLonger("synthetic.within", synthetic.within(), "synthetic.every", synthetic.every());
    }
  }

  private void notLonger(String key, Duration value, String boundKey, Duration bound) {
    if (value.compareTo(bound) > 0 && !problems.concern(key, boundKey)) {
      String blamed = written.has(key) ? key : boundKey;
      add(
          blamed,
          described(key, value)
              + (written.has(key) ? "" : ",")
              + " is longer than "
              + described(boundKey, bound),
          "lower " + key + " or raise " + boundKey);
    }
  }

  private String described(String key, Duration value) {
    return key + ", " + spelled(value) + (written.has(key) ? "" : " by default");
  }

  private static String spelled(Duration value) {
    return value.toMillis() % 1000 == 0 ? value.toSeconds() + "s" : value.toMillis() + "ms";
  }

  private void add(String key, String wrong, String fix) {
    problems.add(key, written.near(key), wrong, fix);
  }
}
