package dev.ringpost.tools.check;

import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.tools.topics.IdentityProvider;
import dev.ringpost.tools.topics.IdentityProvider.Answer;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A check of the properties that Kafka's clients will get, which names each that one of them
 * refuses. Kafka's own words are given only where they cannot hold a value: any property may be a
 * password. No broker is asked; an identity provider is.
 */
final class KafkaSettingsCheck {

  private static final String PROPERTIES = "kafka.properties";
  private static final String JAAS = PROPERTIES + ".sasl.jaas.config";

  /** How Kafka's configuration names a property that it refuses, after the value. */
  private static final Pattern REFUSED =
      Pattern.compile("(?s)Invalid value .* for configuration ([a-z][a-z0-9._]*)(:.*)?");

  /**
   * Stands for the brokers where a client is made only to see whether it can be: a host that cannot
   * be resolved is an outage and no fault of the configuration. Nothing is sent there.
   */
  private static final String NO_BROKER = "127.0.0.1:9";

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
  private final List<Client> clients;
  private final Map<String, Object> tried;

  /** By key, so that what four clients refuse is named once. */
  private final Map<String, Finding> problems = new LinkedHashMap<>();

  KafkaSettingsCheck(RingpostConfig config) {
    this.kafka = config.kafka();
    for (Map.Entry<String, Secret> property : config.kafka().properties().entrySet()) {
      own.put(property.getKey(), property.getValue().reveal());
    }
    var rooms = new RoomSettings(config);
    Map<String, Object> reader = rooms.directory().readerProperties();
    Map<String, Object> intake = rooms.intake().consumerProperties();
    this.tried =
        switch (config.kafka().groupProtocol()) {
          case CLASSIC -> intake;
          case CONSUMER -> reader;
        };
    this.clients =
        List.of(
            consumer(intake),
            consumer(reader),
            new Client(
                "producer",
                ProducerConfig.configDef(),
                serialized(rooms.outbox().producerProperties()),
                ProducerConfig::new),
            admin(rooms.directory().adminProperties()),
            admin(config.kafka().clientProperties()));
  }

  private static Client consumer(Map<String, Object> properties) {
    return new Client("consumer", ConsumerConfig.configDef(), properties, ConsumerConfig::new);
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
    clients.forEach(this::eachProperty);
    if (problems.isEmpty()) {
      clients.forEach(this::allTogether);
    }
    if (problems.isEmpty()) {
      clients.forEach(this::timesFit);
      oneThatIsMade();
    }
    return new ArrayList<>(problems.values());
  }

  private void eachProperty(Client client) {
    own.forEach(
        (name, value) -> {
          ConfigKey key = client.definition().configKeys().get(name);
          boolean reachesIt = value.equals(client.properties().get(name));
          // What a configuration provider replaces is known only to the client.
          boolean replaced = value.toString().contains("${");
          if (key != null && reachesIt && !replaced && !takes(key, value)) {
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
      Matcher named = REFUSED.matcher(String.valueOf(e.getMessage()));
      ConfigKey key = named.matches() ? client.definition().configKeys().get(named.group(1)) : null;
      if (key != null) {
        refused(client, key);
      } else {
        add(
            PROPERTIES,
            "are refused by Kafka's " + client.name() + words(e),
            "correct them as Kafka documents them");
      }
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

  /** Makes a client, which reads key stores and the login; this one connects only when it polls. */
  private void oneThatIsMade() {
    Map<String, Object> alone = new HashMap<>(tried);
    alone.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, NO_BROKER);
    alone.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-settings-check");
    try {
      if (IdentityProvider.of(kafka).map(this::givesToken).orElse(true)) {
        new KafkaConsumer<byte[], byte[]>(alone).close(CloseOptions.timeout(Duration.ZERO));
        mechanism(new ConsumerConfig(alone));
      }
    } catch (KafkaException | IllegalArgumentException e) {
      if (speaksOfLogin(e)) {
        add(
            JAAS,
            "cannot be used by Kafka's clients",
            "write it on one line as Kafka documents it for your sasl.mechanism: the login module,"
                + " required, its options in quotes, a semicolon at the end");
      } else {
        add(
            PROPERTIES,
            "cannot be used by Kafka's clients" + words(e),
            "correct them; the files they name must be there and open with their passwords");
      }
    }
  }

  /** One that is away is an outage, and no fault of the configuration; no client can be made. */
  private boolean givesToken(IdentityProvider provider) {
    provider.allow();
    return switch (provider.ask()) {
      case Answer.Token _ -> true;
      case Answer.Away _ -> false;
      case Answer.Refused refused -> {
        add(
            PROPERTIES,
            "get no token from "
                + provider
                + (refused.words().isEmpty() ? "" : " (" + refused.words() + ")"),
            "correct sasl.jaas.config (the client's id and secret, its scope and trust store) or"
                + " sasl.oauthbearer.token.endpoint.url");
        yield false;
      }
    };
  }

  /** Without somebody who can speak it, a client tries for ever, and only its log says why. */
  private void mechanism(AbstractConfig client) {
    String mechanism = client.getString(SaslConfigs.SASL_MECHANISM);
    boolean used =
        client
            .getString(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
            .toUpperCase(Locale.ROOT)
            .startsWith("SASL");
    if (used && Security.getProviders("SaslClientFactory." + mechanism) == null) {
      add(
          PROPERTIES + ".sasl.mechanism",
          "is not a mechanism that the login module of sasl.jaas.config, or Java, can speak",
          "write PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI, and the login module"
              + " that Kafka documents for it");
    }
  }

  private static boolean speaksOfLogin(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String words = String.valueOf(at).toLowerCase(Locale.ROOT);
      if (words.contains("jaas") || words.contains("login")) {
        return true;
      }
    }
    return false;
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
    return own.entrySet().stream()
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
