package dev.ringpost.tools.check;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.tools.topics.IdentityProvider;
import dev.ringpost.tools.topics.IdentityProvider.Answer;
import java.io.File;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import javax.security.auth.login.LoginException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.JaasContext;

/**
 * A trial of properties that are sound one by one: a client is made with them, which opens the key
 * stores and the login. No broker is asked; an identity provider is. For one use.
 */
final class KafkaClientTrial {

  private static final String JAAS = KafkaSettingsCheck.PROPERTIES + ".sasl.jaas.config";

  /** The files that TLS is opened with; Kafka logs a stack trace if one is missing. */
  private static final List<String> STORES =
      List.of(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG);

  /**
   * Stands for the brokers where a client is made only to see whether it can be: a host that cannot
   * be resolved is an outage and no fault of the configuration. Nothing is sent there.
   */
  private static final String NO_BROKER = "127.0.0.1:9";

  private final Kafka kafka;
  private final Map<String, Object> tried;
  private final Map<String, Object> values;
  private final Function<Throwable, String> words;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param tried what the client gets
   * @param values the operator's own properties, as Kafka sees them
   * @param words what of a failure may be told: nothing that holds a secret
   */
  KafkaClientTrial(
      Kafka kafka,
      Map<String, Object> tried,
      Map<String, Object> values,
      Function<Throwable, String> words) {
    this.kafka = kafka;
    this.tried = tried;
    this.values = values;
    this.words = words;
  }

  /** Makes a client, which reads key stores and the login; this one connects only when it polls. */
  List<Finding> findings() {
    Map<String, Object> alone = new HashMap<>(tried);
    alone.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, NO_BROKER);
    alone.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-settings-check");
    var config = new ConsumerConfig(alone);
    storesAreThere(config);
    if (!findings.isEmpty()) {
      return findings;
    }
    try {
      if (IdentityProvider.of(kafka).map(this::givesToken).orElse(true)) {
        new KafkaConsumer<byte[], byte[]>(alone).close(CloseOptions.timeout(Duration.ZERO));
        mechanism(config);
      }
    } catch (KafkaException | IllegalArgumentException e) {
      if (usesLogin(config) && isOfLogin(e, config)) {
        add(
            JAAS,
            "cannot be used by Kafka's clients",
            "write it on one line as Kafka documents it for your sasl.mechanism: the login module,"
                + " required, its options in quotes, a semicolon at the end");
      } else {
        add(
            KafkaSettingsCheck.PROPERTIES,
            "cannot be used by Kafka's clients" + words.apply(e),
            "correct them; the files they name must be there and open with their passwords");
      }
    }
    return findings;
  }

  /** One that is away is an outage, and no fault of the configuration; no client can be made. */
  private boolean givesToken(IdentityProvider provider) {
    provider.allow();
    return switch (provider.ask()) {
      case Answer.Token _ -> true;
      case Answer.Away _ -> false;
      case Answer.Refused refused -> {
        add(
            KafkaSettingsCheck.PROPERTIES,
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
    if (usesLogin(client) && Security.getProviders("SaslClientFactory." + mechanism) == null) {
      add(
          KafkaSettingsCheck.PROPERTIES + ".sasl.mechanism",
          "is not a mechanism that the login module of sasl.jaas.config, or Java, can speak",
          "write PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI, and the login module"
              + " that Kafka documents for it");
    }
  }

  private static String protocol(AbstractConfig client) {
    return client.getString(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG).toUpperCase(Locale.ROOT);
  }

  private static boolean usesLogin(AbstractConfig client) {
    return protocol(client).startsWith("SASL");
  }

  private void storesAreThere(AbstractConfig client) {
    for (String name : STORES) {
      Object value = values.get(name);
      if (value == null || !protocol(client).endsWith("SSL")) {
        continue;
      }
      var file = new File(value.toString());
      if (file.isDirectory() || !file.canRead()) {
        add(
            KafkaSettingsCheck.PROPERTIES + "." + name,
            "names no file that can be read",
            "correct the name, or put the file there and allow it to the user that Ringpost runs"
                + " as");
      }
    }
  }

  /**
   * Whether a login failed, or its description cannot be read: for the latter Kafka has no
   * exception of its own, so its reader is asked alone.
   */
  private static boolean isOfLogin(Throwable failure, AbstractConfig client) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof LoginException) {
        return true;
      }
    }
    try {
      var _ = JaasContext.loadClientContext(client.values());
      return false;
    } catch (KafkaException | IllegalArgumentException _) {
      return true;
    }
  }

  private void add(String key, String wrong, String fix) {
    findings.add(Finding.failed(key, wrong, fix));
  }
}
