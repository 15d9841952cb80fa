package dev.ringpost.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** The properties that every Kafka client gets unless the operator says otherwise. */
final class ClientDefaults {

  /**
   * How long brokers may be silent before a client asks the bootstrap servers again, in
   * milliseconds. Kafka's default is five minutes, in which a worker would be deaf behind a name
   * that has moved; a call rings for seconds.
   */
  private static final int REBOOTSTRAP_MILLIS = 10_000;

  /**
   * How old a client's knowledge of the brokers may be: its wait for the answer to this question is
   * what {@link #REBOOTSTRAP_MILLIS} bounds, and an idle client asks no other.
   */
  private static final int METADATA_AGE_MILLIS = 10_000;

  /**
   * Bound on a broker's answer. Kafka's default is 30 s, for which a client holds to a connection
   * to where a broker was, though it has learned where the broker is.
   */
  private static final int REQUEST_MILLIS = 10_000;

  /**
   * Bound on a connection to an identity provider, and on its answer. Kafka itself has none on one
   * that accepts a connection and is silent.
   */
  private static final int LOGIN_MILLIS = 10_000;

  private ClientDefaults() {}

  /**
   * A new map of them.
   *
   * @param login whether clients log in at an identity provider
   */
  static Map<String, Object> with(boolean login) {
    Map<String, Object> client = new LinkedHashMap<>();
    if (login) {
      client.put("sasl.login.connect.timeout.ms", LOGIN_MILLIS);
      client.put("sasl.login.read.timeout.ms", LOGIN_MILLIS);
    }
    client.put("metadata.recovery.rebootstrap.trigger.ms", REBOOTSTRAP_MILLIS);
    client.put("metadata.max.age.ms", METADATA_AGE_MILLIS);
    client.put("request.timeout.ms", REQUEST_MILLIS);
    return client;
  }
}
