package dev.ringpost.bench.peers;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.EnableKafkaRetryTopic;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * spring-kafka with non-blocking retries, after <a
 * href="https://docs.spring.io/spring-kafka/reference/retrytopic/retry-config.html">its page on
 * their configuration</a>: a listener that returns when its push is answered, and topics for tries
 * after 1, 2 and 4 s, as Ringpost has them. A push that is refused throws, which is what moves an
 * invite to the next topic.
 */
@Configuration(proxyBeanMethods = false)
@EnableKafkaRetryTopic
class RetryablePeer {

  static AutoCloseable start(Invites invites, CallPushes calls) {
    return SpringPeer.start(RetryablePeer.class, invites, calls);
  }

  @Bean
  ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory(
      Invites invites) {
    return SpringPeer.containers(invites, _ -> {});
  }

  @Bean
  KafkaTemplate<String, String> kafkaTemplate(Invites invites) {
    return new KafkaTemplate<>(
        new DefaultKafkaProducerFactory<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, invites.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer()));
  }

  @Bean
  KafkaAdmin kafkaAdmin(Invites invites) {
    return new KafkaAdmin(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, invites.bootstrapServers()));
  }

  @Bean
  TaskScheduler taskScheduler() {
    return new ThreadPoolTaskScheduler();
  }

  @Bean
  Listener listener(CallPushes calls) {
    return new Listener(calls);
  }

  /** The listener. */
  static class Listener {

    private final CallPushes calls;

    Listener(CallPushes calls) {
      this.calls = calls;
    }

    @RetryableTopic(
        attempts = "4",
        backOff = @BackOff(delay = 1000, multiplier = 2),
        numPartitions = "6",
        replicationFactor = "1",
        kafkaTemplate = "kafkaTemplate")
    @KafkaListener(topics = SpringPeer.TOPIC)
    void ring(String invite) {
      calls.ring(invite).join();
    }
  }
}
