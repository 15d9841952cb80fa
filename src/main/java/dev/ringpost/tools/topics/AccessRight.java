package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A right that a worker's or a gateway's user needs in a Kafka with ACLs; {@link #all} lists every
 * one, and no other is needed. {@code docs/security.md}, the chart's KafkaUser and the test that
 * takes each right away are compared with this list.
 *
 * <p>Describe is not in it, for Kafka grants it to whoever may read or write; of operators {@link
 * OperatorRights} has more.
 *
 * @param name a topic or group, or what their names begin with
 * @param prefixed whether {@code name} is the beginning of names
 * @param operation in the words of Kafka's ACLs
 * @param when whether each worker, or gateway, needs it
 */
public record AccessRight(
    Resource resource, String name, boolean prefixed, String operation, When when) {

  public static final String READ = "Read";
  static final String WRITE = "Write";
  static final String DESCRIBE = "Describe";
  public static final String DESCRIBE_CONFIGS = "DescribeConfigs";
  static final String CREATE = "Create";

  /** The kind of thing that a right is about. */
  public enum Resource {
    TOPIC("topic"),
    GROUP("group");

    private final String word;

    Resource(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** The settings on which a right depends. */
  public enum When {
    ALWAYS("always"),
    MAKING_TOPICS("with `topics.create: true`, or for `ringpost topics create`"),
    CONSUMER_PROTOCOL("with `kafka.group-protocol: consumer`"),
    WEBHOOK("with `gateway.webhook`");

    private final String words;

    When(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }

    private boolean holdsFor(RingpostConfig config) {
      return switch (this) {
        case ALWAYS -> true;
        case MAKING_TOPICS -> config.topics().create();
        case CONSUMER_PROTOCOL -> config.kafka().groupProtocol() == GroupProtocol.CONSUMER;
        case WEBHOOK -> config.gateway().webhook().isPresent();
      };
    }
  }

  /** What a worker with this configuration needs. */
  public static List<AccessRight> of(RingpostConfig config) {
    List<AccessRight> rights =
        new ArrayList<>(all(config.topics(), config.intake().group(), config.retry().group()));
    if (config.missedCall().enabled()) {
      rights.addAll(ofMissedCalls(config.topics(), config.missedCall().group()));
    }
    return rights.stream().filter(right -> right.when().holdsFor(config)).toList();
  }

  /**
   * What a gateway with this configuration needs, in the same way. It looks at no settings of
   * topics and creates none.
   */
  public static List<AccessRight> ofGateway(RingpostConfig config) {
    List<AccessRight> rights = onTopics(TopicRule.ofGateway(config.topics()));
    config
        .gateway()
        .webhook()
        .ifPresent(
            it ->
                rights.add(new AccessRight(Resource.GROUP, it.group(), false, READ, When.WEBHOOK)));
    return List.copyOf(rights);
  }

  /** What {@code ringpost synthetic} with this configuration needs, in the same way. */
  public static List<AccessRight> ofSynthetic(RingpostConfig config) {
    return List.copyOf(onTopics(TopicRule.ofSynthetic(config.topics())));
  }

  private static List<AccessRight> onTopics(List<TopicRule> rules) {
    List<AccessRight> rights = new ArrayList<>();
    for (TopicRule rule : rules) {
      for (String operation : rule.operations()) {
        rights.add(new AccessRight(Resource.TOPIC, rule.name(), false, operation, When.ALWAYS));
      }
    }
    return rights;
  }

  /** What {@code ringpost health} with this configuration needs, in the same way. */
  public static List<AccessRight> ofHealth(RingpostConfig config) {
    List<AccessRight> rights = onTopics(TopicRule.ofHealth(config.topics()));
    rights.add(new AccessRight(Resource.GROUP, config.health().group(), false, READ, When.ALWAYS));
    return List.copyOf(rights);
  }

  /** What a shadow in this group needs, in the same way: it writes nothing. */
  public static List<AccessRight> ofShadow(RingpostConfig config, String group) {
    List<AccessRight> rights = onTopics(TopicRule.ofShadow(config.topics()));
    rights.add(new AccessRight(Resource.GROUP, group, false, READ, When.ALWAYS));
    return List.copyOf(rights);
  }

  /** The rights that a worker needs beside those if it tells missed calls. */
  public static List<AccessRight> ofMissedCalls(Topics topics, String group) {
    TopicRule rule = TopicRule.missedCalls(topics);
    List<AccessRight> rights = new ArrayList<>();
    for (String operation : rule.allOperations()) {
      rights.add(new AccessRight(Resource.TOPIC, rule.name(), false, operation, When.ALWAYS));
    }
    rights.add(new AccessRight(Resource.TOPIC, rule.name(), false, CREATE, When.MAKING_TOPICS));
    rights.add(new AccessRight(Resource.GROUP, group, false, READ, When.ALWAYS));
    return List.copyOf(rights);
  }

  /** Every right that some worker with these names needs, unless it tells missed calls. */
  public static List<AccessRight> all(Topics topics, String group, String retryGroup) {
    List<AccessRight> rights = new ArrayList<>();
    // The retry topics share one right, which is also good for those of a longer ladder of
    // yesterday.
    Map<String, TopicRule> byName = new LinkedHashMap<>();
    List<String> retries = topics.retries(1);
    for (TopicRule rule : TopicRule.of(topics, retries.size())) {
      byName.put(retries.contains(rule.name()) ? topics.retryPrefix() : rule.name(), rule);
    }
    byName.forEach(
        (name, rule) -> {
          boolean prefixed = name.equals(topics.retryPrefix());
          for (String operation : rule.allOperations()) {
            rights.add(new AccessRight(Resource.TOPIC, name, prefixed, operation, When.ALWAYS));
          }
          rights.add(new AccessRight(Resource.TOPIC, name, prefixed, CREATE, When.MAKING_TOPICS));
        });
    rights.add(new AccessRight(Resource.GROUP, group, false, READ, When.ALWAYS));
    rights.add(
        new AccessRight(Resource.GROUP, group, false, DESCRIBE_CONFIGS, When.CONSUMER_PROTOCOL));
    rights.add(new AccessRight(Resource.GROUP, retryGroup, false, READ, When.ALWAYS));
    return List.copyOf(rights);
  }
}
