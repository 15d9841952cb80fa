package dev.ringpost.directory;

import static dev.ringpost.directory.DirectoryFixture.SOON;
import static dev.ringpost.directory.DirectoryFixture.awaitLive;
import static dev.ringpost.directory.DirectoryFixture.live;
import static dev.ringpost.directory.DirectoryFixture.registration;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.UserId;
import dev.ringpost.testing.TestInTurn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The directory with topics that come, grow, go and are compacted. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(DirectoryFixture.THREADS)
class DirectoryTopicsTest {

  private static final DirectoryKafka kafka = new DirectoryKafka();

  private final DirectoryFixture fixture = new DirectoryFixture(kafka);

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @TestInTurn
  void waitsForTopicsThatDoNotExistYet() throws Exception {
    try (Directory directory = fixture.started()) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  directory.notLoaded().stream()
                          .filter(words -> words.contains("does not exist"))
                          .count()
                      == 3);
      kafka.create(fixture.tokens(), 1, Map.of());
      kafka.create(fixture.calls(), 1, Map.of());
      await()
          .atMost(SOON)
          .until(
              () ->
                  directory
                      .notLoaded()
                      .equals(List.of("topic " + fixture.dead() + " does not exist")));
      assertThat(directory.loaded()).isFalse();

      kafka.create(fixture.dead(), 1, Map.of());
      await().atMost(SOON).until(directory::loaded);
    }
    assertThat(kafka.admin().listTopics().names().get())
        .contains(fixture.tokens(), fixture.dead(), fixture.calls());
  }

  @TestInTurn
  void readsAddedPartitionsFromTheirBeginning() throws Exception {
    fixture.createAll();
    try (Directory directory = fixture.loaded()) {
      kafka
          .admin()
          .createPartitions(Map.of(fixture.tokens(), NewPartitions.increaseTo(4)))
          .all()
          .get();
      fixture.register(3, "alice/phone", "01");
      awaitLive(directory, "alice", "phone=01");
      await().atMost(SOON).until(() -> !directory.lookup(new UserId("alice")).behind());
    }
  }

  @TestInTurn
  void aTopicThatIsMadeAnewBecomesANewView() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    try (Directory directory = fixture.loaded()) {
      kafka.delete(fixture.tokens());
      assertThat(live(directory, "alice")).as("what is known stays known").isNotEmpty();
      kafka.create(fixture.tokens(), 2, Map.of());
      fixture.register(1, "bob/phone", "02");
      awaitLive(directory, "bob", "phone=02");

      assertThat(live(directory, "alice")).isEmpty();
      assertThat(directory.loaded()).isTrue();
    }
  }

  @TestInTurn
  void offsetsThatAreGoneMeanANewView() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    fixture.register(0, "alice/tablet", "02");
    try (Directory directory = fixture.directory(Duration.ofHours(1))) {
      directory.start();
      await().atMost(SOON).until(directory::loaded);
      kafka.delete(fixture.tokens());
      kafka.create(fixture.tokens(), 2, Map.of());
      fixture.register(0, "bob/phone", "03");

      awaitLive(directory, "bob", "phone=03");
      assertThat(live(directory, "alice")).isEmpty();
    }
  }

  @TestInTurn
  void holesOfCompactionDoNotKeepItFromLoading() throws Exception {
    kafka.create(
        fixture.tokens(),
        1,
        Map.of(
            "cleanup.policy", "compact",
            "segment.ms", "100",
            "min.cleanable.dirty.ratio", "0.001",
            "delete.retention.ms", "0"));
    kafka.create(fixture.dead(), 1, Map.of());
    kafka.create(fixture.calls(), 1, Map.of());
    int written = 0;
    while (written < 20 || recordsIn(fixture.tokens()) >= written) {
      fixture.send(
          fixture.tokens(), 0, null, "alice/phone", written % 3 == 0 ? null : registration("01"));
      written++;
      await().pollDelay(Duration.ofMillis(120)).until(() -> true);
    }
    fixture.register(0, "alice/phone", "02");

    try (Directory directory = fixture.loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=02");
    }
  }

  /** Records that a reader of partition 0 finds now. */
  private static int recordsIn(String topic) {
    try (var reader =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      long end = reader.endOffsets(List.of(partition)).values().iterator().next();
      int count = 0;
      while (reader.position(partition) < end) {
        count += reader.poll(Duration.ofMillis(100)).count();
      }
      return count;
    }
  }
}
