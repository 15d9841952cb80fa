package dev.ringpost.directory;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The properties of a view's consumer: the operator's, then what must be. */
final class ReaderProperties {

  /** Bound on the records of one turn. */
  static final int MAX_RECORDS = 2000;

  private ReaderProperties() {}

  /** A new map; values may be passwords. */
  static Map<String, Object> of(Map<String, Object> properties) {
    Map<String, Object> own = new HashMap<>(properties);
    own.remove(ConsumerConfig.GROUP_ID_CONFIG);
    own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    own.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
    own.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    own.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return own;
  }
}
