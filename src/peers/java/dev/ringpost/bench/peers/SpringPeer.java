package dev.ringpost.bench.peers;

import java.util.Map;
import java.util.function.Consumer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;

/** The part that both peers of spring-kafka share: a context without Spring Boot. */
final class SpringPeer {

  /** The property that the listeners' annotations name their topic by. */
  static final String TOPIC = "${bench.topic}";

  /** Spring's log goes where Kafka's goes; the embedded broker's log4j stands beside it. */
  private static final String SLF4J = "org.apache.commons.logging.impl.Slf4jLogFactory";

  private SpringPeer() {}

  /** Starts a configuration with the invites and the calls among its beans. */
  static AutoCloseable start(Class<?> configuration, Invites invites, CallPushes calls) {
    System.setProperty("bench.topic", invites.topic());
    System.setProperty("org.apache.commons.logging.LogFactory", SLF4J);
    var context = new AnnotationConfigApplicationContext();
    context.registerBean(Invites.class, () -> invites);
    context.registerBean(CallPushes.class, () -> calls, bean -> bean.setDestroyMethodName(""));
    context.register(configuration);
    context.refresh();
    return context;
  }

  /**
   * A container with a consumer for each partition, which is <a
   * href="https://docs.spring.io/spring-kafka/reference/kafka/receiving-messages/message-listener-container.html">as
   * many as can have work</a>.
   */
  static ConcurrentKafkaListenerContainerFactory<String, String> containers(
      Invites invites, Consumer<Map<String, Object>> more) {
    var properties = invites.consumer();
    more.accept(properties);
    var factory = new ConcurrentKafkaListenerContainerFactory<String, String>();
    factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(properties));
    factory.setConcurrency(Invites.PARTITIONS);
    return factory;
  }
}
