package dev.ringpost.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringpost.events.CalleeAs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboxSettingsTest {

  @Test
  void theProducerStoresSafelyAndBlocksShortlyByDefault() {
    assertThat(with(Map.of()).producerProperties())
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("max.in.flight.requests.per.connection", 1)
        .containsEntry("linger.ms", 5)
        .containsEntry("max.block.ms", 1_000)
        .containsEntry("bootstrap.servers", "localhost:1");
  }

  @Test
  void theOperatorsPropertiesWin() {
    assertThat(with(Map.of("linger.ms", "20", "compression.type", "lz4")).producerProperties())
        .containsEntry("linger.ms", "20")
        .containsEntry("compression.type", "lz4");
  }

  @Test
  void kafkaTakesTheProperties() {
    Map<String, Object> properties =
        with(Map.of("request.timeout.ms", "30000")).producerProperties();
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThat(producer.metrics()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acks",
        "enable.idempotence",
        "max.in.flight.requests.per.connection",
        "transactional.id",
        "buffer.memory"
      })
  void whatThePromisesRestOnCannotBeChanged(String property) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(Map.of(property, "0")))
        .withMessageContaining("kafka.properties must not set " + property);
  }

  @Test
  void aBrokerMustBeNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> topics("results", "dead", Map.of()))
        .withMessageContaining("kafka.bootstrap-servers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void aTopicWithoutANameIsRefused(String topic) {
    Map<String, Object> kafka = Map.of("bootstrap.servers", "localhost:1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> topics(topic, "dead", kafka))
        .withMessageContaining("topics.results");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> topics("results", topic, kafka))
        .withMessageContaining("topics.dead-letters");
  }

  @Test
  void resultsAndDeadLettersAreNotMixed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> topics("one", "one", Map.of("bootstrap.servers", "localhost:1")))
        .withMessageContaining("topics.dead-letters");
  }

  @Test
  void passwordsAreNotPrinted() {
    assertThat(with(Map.of("sasl.jaas.config", "password=\"hunter2\"")))
        .asString()
        .contains("sasl.jaas.config")
        .doesNotContain("hunter2");
  }

  private static OutboxSettings with(Map<String, Object> properties) {
    Map<String, Object> kafka = new HashMap<>(properties);
    kafka.put("bootstrap.servers", "localhost:1");
    return topics("call-push-results", "call-invites.dlq", kafka);
  }

  private static OutboxSettings topics(
      String results, String deadLetters, Map<String, Object> kafka) {
    return new OutboxSettings(
        results,
        deadLetters,
        "invalidations",
        List.of("retry-1"),
        CalleeAs.PLAIN,
        ResultFormat.JSON,
        kafka);
  }
}
