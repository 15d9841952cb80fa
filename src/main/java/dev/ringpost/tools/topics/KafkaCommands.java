package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Command lines for Kafka's own scripts, to be copied into a shell as they are. */
public final class KafkaCommands {

  private final String cluster;

  /** Whom the rights are given to. */
  private final String user;

  /** Those that give rights to the worker's user. */
  public KafkaCommands(Kafka kafka) {
    this(kafka, "<the worker's>");
  }

  private KafkaCommands(Kafka kafka, String user) {
    this.user = user;
    boolean secured = kafka.properties().containsKey("security.protocol");
    this.cluster =
        " --bootstrap-server "
            + kafka.bootstrapList()
            + (secured ? " --command-config client.properties" : "");
  }

  /** Those that give rights to the gateway's user. */
  public static KafkaCommands ofGateway(Kafka kafka) {
    return new KafkaCommands(kafka, "<the gateway's>");
  }

  /** Those that give rights to the user of {@code ringpost health}. */
  public static KafkaCommands ofHealth(Kafka kafka) {
    return new KafkaCommands(kafka, "<ringpost health's>");
  }

  /** Those that give rights to the user of {@code ringpost synthetic}. */
  public static KafkaCommands ofSynthetic(Kafka kafka) {
    return new KafkaCommands(kafka, "<ringpost synthetic's>");
  }

  /** Those that give rights to a shadow's user. */
  public static KafkaCommands ofShadow(Kafka kafka) {
    return new KafkaCommands(kafka, "<the shadow's>");
  }

  /** Makes a topic right. */
  String create(TopicRule rule, Topics topics) {
    StringBuilder line =
        new StringBuilder("kafka-topics.sh")
            .append(cluster)
            .append(" --create --topic ")
            .append(rule.name())
            .append(" --partitions ")
            .append(topics.partitions())
            .append(" --replication-factor ")
            .append(topics.replicationFactor());
    for (Map.Entry<String, String> setting : rule.settings(topics.replicationFactor()).entrySet()) {
      line.append(" --config ").append(setting.getKey()).append('=').append(setting.getValue());
    }
    return line.toString();
  }

  /** Sets one setting of a topic. */
  public String alter(String topic, String setting, String value) {
    // A list goes in brackets, which a shell would take for its own.
    return value.contains(",")
        ? alter(topic, "'" + setting + "=[" + value + "]'")
        : alter(topic, Map.of(setting, value));
  }

  /** Sets several settings of a topic, none of which is a list, in the order of the map. */
  String alter(String topic, Map<String, String> settings) {
    return alter(topic, assigned(settings));
  }

  private String alter(String topic, String assigned) {
    return "kafka-configs.sh"
        + cluster
        + " --alter --entity-type topics --entity-name "
        + topic
        + " --add-config "
        + assigned;
  }

  /** The settings as Kafka's scripts read them, and as people write them. */
  static String assigned(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .collect(Collectors.joining(","));
  }

  /** Allows something with a topic. */
  String allow(TopicRule rule, List<String> operations) {
    return allow(operations, " --topic " + rule.name());
  }

  /** Allows something with a group. */
  public String allow(String group, String operation) {
    return allow(List.of(operation), " --group " + group);
  }

  /** Allows something with the cluster. */
  public String allowCluster(String operation) {
    return allow(List.of(operation), " --cluster");
  }

  private String allow(List<String> operations, String resource) {
    StringBuilder line = new StringBuilder("kafka-acls.sh").append(cluster).append(" --add");
    line.append(" --allow-principal User:").append(user);
    operations.forEach(operation -> line.append(" --operation ").append(operation));
    return line.append(resource).toString();
  }
}
