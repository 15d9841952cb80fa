package dev.ringpost.directory;

import static org.awaitility.Awaitility.await;

import dev.ringpost.testing.LocalKafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker that compacts soon and knows transactions, with clients for the tests of one class. */
final class DirectoryKafka implements AutoCloseable {

  private final LocalKafka kafka =
      LocalKafka.start(
          Map.of(
              "log.cleaner.backoff.ms", "100",
              "transaction.state.log.replication.factor", "1",
              "transaction.state.log.min.isr", "1",
              "transaction.state.log.num.partitions", "1"));
  private final Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  private final KafkaProducer<byte[], byte[]> producer = producer(Map.of());

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  Admin admin() {
    return admin;
  }

  /** The producer that the tests share. */
  KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  /** A producer of a test's own. */
  KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", bootstrapServers());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void create(String topic, int partitions, Map<String, String> config) throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
        .all()
        .get();
  }

  /** Deletes a topic and waits until it is gone. */
  void delete(String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get();
    await()
        .atMost(DirectoryFixture.SOON)
        .until(() -> !admin.listTopics().names().get().contains(topic));
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
    kafka.close();
  }
}
