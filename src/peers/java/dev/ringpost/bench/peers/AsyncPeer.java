package dev.ringpost.bench.peers;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;

/**
 * spring-kafka with a listener that returns a future, after <a
 * href="https://docs.spring.io/spring-kafka/reference/kafka/receiving-messages/async-returns.html">its
 * page on asynchronous return types</a>: acknowledgements then come in any order by themselves.
 * Nothing bounds what is in flight but the size of a poll, so that is chosen to be no more than the
 * streams of two connections.
 */
@Configuration(proxyBeanMethods = false)
@EnableKafka
class AsyncPeer {

  private static final int IN_FLIGHT = 1800;

  static AutoCloseable start(Invites invites, CallPushes calls) {
    return SpringPeer.start(AsyncPeer.class, invites, calls);
  }

  @Bean
  ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory(
      Invites invites) {
    return SpringPeer.containers(
        invites,
        properties ->
            properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, IN_FLIGHT / Invites.PARTITIONS));
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

    @KafkaListener(topics = SpringPeer.TOPIC)
    CompletableFuture<Void> ring(String invite) {
      return calls.ring(invite);
    }
  }
}
