package dev.ringpost.tools.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.tools.records.Stretch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The trace of an invite that stands behind a transaction that hangs. Workers ring it. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class OpenTransactionTest {

  private static final String INVITE =
      "{\"callId\": \"c1\", \"callee\": \"alice\", \"caller\": {\"uri\": \"sip:bob@example.com\"}}";

  @Test
  void whatStandsBehindItIsSeen(@TempDir Path folder) throws Exception {
    try (LocalKafka kafka = LocalKafka.start()) {
      RingpostConfig config =
          ConfigLoader.loadWithoutApple(
              ConfigFile.of(kafka.bootstrapServers()).write(folder.resolve("ringpost.yaml")),
              Map.of());
      String invites = config.topics().invites();
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (Admin admin = Admin.create(client)) {
        admin.createTopics(List.of(new NewTopic(invites, 1, (short) 1))).all().get();
      }
      Map<String, Object> inTransactions = new HashMap<>(client);
      inTransactions.put("transactional.id", "hangs");
      try (var hanging = producer(inTransactions);
          var producer = producer(client)) {
        hanging.initTransactions();
        hanging.beginTransaction();
        hanging.send(record(invites, "{}")).get();
        producer.send(record(invites, INVITE)).get();
        Instant now = Instant.now();
        Stretch stretch = Stretch.upTo(now, Duration.ofMinutes(15));

        TraceReport report = TraceReport.read(config, new CallId("c1"), stretch, now, (_, _) -> {});

        assertThat(report.isFound()).isTrue();
        assertThat(report.json()).contains("no_owner");
        hanging.abortTransaction();
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
    return new ProducerRecord<>(topic, 0, null, value.getBytes(UTF_8));
  }
}
