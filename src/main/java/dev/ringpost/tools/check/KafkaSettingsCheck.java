package dev.ringpost.tools.check;

import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.gateway.Gateway;
import dev.ringpost.gateway.GatewaySettings;
import dev.ringpost.health.HealthClients;
import dev.ringpost.health.HealthSettings;
import dev.ringpost.tools.records.RecordWriter;
import dev.ringpost.tools.records.TopicFeed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A check of the properties that Kafka's clients will get, which names each that one of them
 * refuses. Kafka's own words are given only where they cannot hold a value: any property may be a
 * password. No broker is asked; an identity provider is.
 */
final class KafkaSettingsCheck {

  static final String PROPERTIES = "kafka.properties";

  /**
   * A client of a room.
   *
   * @param name what Kafka calls it
   * @param definition every property that it knows
   * @param properties what it will get
   * @param build reads the properties as the client does
   */
  private record Client(
      String name,
      ConfigDef definition,
      Map<String, Object> properties,
      Function<Map<String, Object>, AbstractConfig> build) {}

  private final Kafka kafka;
  private final Map<String, Object> own = new TreeMap<>();

  /** The same with what Kafka's configuration providers put in the place of {@code ${…}}. */
  private final Map<String, Object> values = new TreeMap<>();

  private final List<Client> clients;
  private final Map<String, Object> tried;

  /** By key, so that what several clients refuse is named once. */
  private final Map<String, Finding> problems = new LinkedHashMap<>();

  /**
   * @param tried what a client is made with, to see whether one can be
   */
  private KafkaSettingsCheck(Kafka kafka, List<Client> clients, Map<String, Object> tried) {
    this.kafka = kafka;
    for (Map.Entry<String, Secret> property : kafka.properties().entrySet()) {
      own.put(property.getKey(), property.getValue().reveal());
    }
    this.clients = clients;
    this.tried = tried;
  }

  /** A check of what a worker's clients will get. */
  static KafkaSettingsCheck ofWorker(RingpostConfig config) {
    var rooms = new RoomSettings(config);
    Map<String, Object> reader = rooms.directory().readerProperties();
    Map<String, Object> intake = rooms.intake().consumerProperties();
    List<Client> clients =
        List.of(
            consumer(intake),
            consumer(reader),
            producer(serialized(rooms.outbox().producerProperties())),
            admin(rooms.directory().adminProperties()),
            admin(config.kafka().clientProperties()));
    return new KafkaSettingsCheck(
        config.kafka(),
        clients,
        switch (config.kafka().groupProtocol()) {
          case CLASSIC -> intake;
          case CONSUMER -> reader;
        });
  }

  /** A check of what a gateway's clients will get. */
  static KafkaSettingsCheck ofGateway(RingpostConfig config) {
    GatewaySettings settings = new RoomSettings(config).gateway();
    List<Map<String, Object>> consumers = Gateway.consumerProperties(settings);
    List<Client> clients = new ArrayList<>();
    consumers.forEach(properties -> clients.add(consumer(properties)));
    clients.add(producer(Gateway.producerProperties(settings)));
    clients.add(admin(config.kafka().clientProperties()));
    return new KafkaSettingsCheck(config.kafka(), clients, consumers.getLast());
  }

  /** A check of what the clients of {@code ringpost health} will get. */
  static KafkaSettingsCheck ofHealth(RingpostConfig config) {
    HealthSettings settings = new RoomSettings(config).health();
    Map<String, Object> member = HealthClients.member(settings);
    List<Client> clients =
        List.of(
            consumer(member),
            consumer(HealthClients.reader(settings)),
            producer(HealthClients.writer(settings)),
            admin(config.kafka().clientProperties()));
    return new KafkaSettingsCheck(config.kafka(), clients, member);
  }

  /** A check of what the clients of {@code ringpost synthetic} will get. */
  static KafkaSettingsCheck ofSynthetic(RingpostConfig config) {
    Map<String, Object> feed = TopicFeed.properties(config.kafka().clientProperties());
    List<Client> clients =
        List.of(
            consumer(feed),
            producer(RecordWriter.properties(config.kafka().clientProperties())),
            admin(config.kafka().clientProperties()));
    return new KafkaSettingsCheck(config.kafka(), clients, feed);
  }

  private static Client consumer(Map<String, Object> properties) {
    return new Client("consumer", ConsumerConfig.configDef(), properties, ConsumerConfig::new);
  }

  private static Client producer(Map<String, Object> properties) {
    return new Client("producer", ProducerConfig.configDef(), properties, ProducerConfig::new);
  }

  private static Client admin(Map<String, Object> properties) {
    return new Client(
        "admin client", AdminClientConfig.configDef(), properties, AdminClientConfig::new);
  }

  private static Map<String, Object> serialized(Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return all;
  }

  /** Everything that is refused, each with its key and its fix. */
  List<Finding> findings() {
    askProviders();
    if (problems.isEmpty()) {
      clients.forEach(this::eachProperty);
    }
    if (problems.isEmpty()) {
      clients.forEach(this::allTogether);
    }
    if (problems.isEmpty()) {
      clients.forEach(this::timesFit);
      new KafkaClientTrial(kafka, tried, values, this::words)
          .findings()
          .forEach(finding -> problems.putIfAbsent(finding.subject(), finding));
    }
    return new ArrayList<>(problems.values());
  }

  /** A configuration that knows no property reads none, but asks the providers all the same. */
  private void askProviders() {
    values.putAll(own);
    try {
      values.putAll(new AbstractConfig(new ConfigDef(), own, false).originals());
    } catch (KafkaException e) {
      add(
          PROPERTIES,
          "name a configuration provider that Kafka cannot use" + words(e),
          "correct config.providers and what belongs to it, as Kafka documents them");
    }
  }

  private void eachProperty(Client client) {
    own.forEach(
        (name, value) -> {
          ConfigKey key = client.definition().configKeys().get(name);
          boolean reachesIt = value.equals(client.properties().get(name));
          if (key != null && reachesIt && !takes(key, values.getOrDefault(name, value))) {
            refused(client, key);
          }
        });
  }

  private static boolean takes(ConfigKey key, Object value) {
    try {
      Object parsed = ConfigDef.parseType(key.name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, parsed);
      }
      return true;
    } catch (ConfigException _) {
      return false;
    }
  }

  private void refused(Client client, ConfigKey key) {
    add(
        PROPERTIES + "." + key.name,
        "is not a valid value for Kafka's " + client.name(),
        "write " + wanted(key) + ", or remove it");
  }

  private static String wanted(ConfigKey key) {
    String kind =
        switch (key.type) {
          case SHORT, INT, LONG ->
              key.name.endsWith(".ms")
                  ? "a whole number of milliseconds without a unit"
                  : "a whole number without a unit";
          case DOUBLE -> "a number";
          case BOOLEAN -> "true or false";
          case CLASS -> "the full name of a class on the class path";
          case STRING, LIST, PASSWORD -> "what Kafka documents for it";
        };
    return bounds(key).map(bounds -> kind + ", within " + bounds).orElse(kind);
  }

  /** A validator's bounds, if it is of those that can say them. */
  private static Optional<String> bounds(ConfigKey key) {
    return Optional.ofNullable(key.validator)
        .map(Object::toString)
        .filter(words -> words.startsWith("["));
  }

  private void allTogether(Client client) {
    try {
      var _ = client.build().apply(client.properties());
    } catch (KafkaException e) {
      add(
          PROPERTIES,
          "are refused by Kafka's " + client.name() + words(e),
          "correct them as Kafka documents them");
    }
  }

  /** What a producer and an admin client see to only when they are made, and then connect. */
  private void timesFit(Client client) {
    AbstractConfig all = client.build().apply(client.properties());
    int request = all.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    if (all instanceof ProducerConfig) {
      int delivery = all.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
      atLeast(
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          delivery,
          all.getLong(ProducerConfig.LINGER_MS_CONFIG) + request,
          "linger.ms and request.timeout.ms together");
    } else if (all instanceof AdminClientConfig) {
      atLeast(
          AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
          all.getInt(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG),
          request,
          "request.timeout.ms");
    }
  }

  private void atLeast(String name, long value, long least, String what) {
    // Where nothing was written, the clients raise their default themselves.
    if (own.containsKey(name) && value < least) {
      add(
          PROPERTIES + "." + name,
          "is shorter than " + what + ", which Kafka's clients refuse",
          "raise it to at least " + least + " or lower " + what);
    }
  }

  /** The innermost words, unless they might hold a value that is secret. */
  private String words(Throwable failure) {
    String innermost = "";
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = at.getMessage();
      innermost = message == null || message.isBlank() ? innermost : message;
    }
    String words = innermost.replaceAll("\\s+", " ").strip();
    return words.isEmpty() || mayHoldSecret(words) ? "" : " (" + words + ")";
  }

  private boolean mayHoldSecret(String words) {
    return values.entrySet().stream()
        .anyMatch(
            property -> {
              String value = property.getValue().toString();
              return value.contains("${")
                  || (!isHarmless(property.getKey()) && words.contains(value));
            });
  }

  /** Whether a property is one of Kafka's own and no password. */
  private boolean isHarmless(String name) {
    return clients.stream()
            .map(client -> client.definition().configKeys().get(name))
            .noneMatch(key -> key != null && key.type == ConfigDef.Type.PASSWORD)
        && clients.stream().anyMatch(client -> client.definition().configKeys().containsKey(name));
  }

  private void add(String key, String wrong, String fix) {
    problems.putIfAbsent(key, Finding.failed(key, wrong, fix));
  }
}
