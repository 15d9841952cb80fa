package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.tools.topics.IdentityProvider.Answer.Away;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The login that all Kafka clients of a worker share. Kafka keeps one for as long as a client has
 * it; this holds it by a client that never connects, so that a room's client needs no identity
 * provider to be made while another closes. Safe for many threads; awaited by one.
 */
public final class KafkaLogin implements AutoCloseable {

  /** Between two questions to a provider that is away. */
  static final Duration PAUSE = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(KafkaLogin.class);

  private final Kafka kafka;
  private volatile Optional<String> trouble = Optional.empty();
  private @Nullable KafkaConsumer<byte[], byte[]> holder;

  public KafkaLogin(Kafka kafka) {
    this.kafka = kafka;
  }

  /**
   * Waits for the identity provider, if there is one, for as long as it is away, and holds what it
   * gives. What it refuses is left to the next client to tell.
   *
   * @param stopping ends the wait
   * @return false if it was ended, by that or by an interrupt, which is kept
   */
  public boolean await(CountDownLatch stopping) {
    Optional<IdentityProvider> provider = IdentityProvider.of(kafka);
    try {
      while (provider.isPresent() && provider.get().ask() instanceof Away(String words)) {
        trouble = Optional.of(words);
        log.atWarn().log("{}; no broker can be asked without its token, trying again", words);
        if (stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
    trouble = Optional.empty();
    if (provider.isPresent()) {
      hold();
    }
    return true;
  }

  /** Why there is none yet, while the provider is away. */
  public Optional<String> trouble() {
    return trouble;
  }

  private void hold() {
    Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-login");
    // the other protocol's consumer has a thread that connects
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    try {
      holder = new KafkaConsumer<>(properties);
    } catch (KafkaException e) {
      log.atDebug().setCause(e).log("no login is held");
    }
  }

  @Override
  public void close() {
    if (holder != null) {
      holder.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
