package dev.ringpost.directory;

import static dev.ringpost.directory.DirectoryFixture.SOON;
import static dev.ringpost.directory.DirectoryFixture.awaitLive;
import static dev.ringpost.directory.DirectoryFixture.bytes;
import static dev.ringpost.directory.DirectoryFixture.live;
import static dev.ringpost.directory.DirectoryFixture.registration;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.testing.TestInTurn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The directory on a real broker: what it says of records there. Each test has topics of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(DirectoryFixture.THREADS)
class DirectoryKafkaTest {

  private static final DirectoryKafka kafka = new DirectoryKafka();

  private final DirectoryFixture fixture = new DirectoryFixture(kafka);

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  /** What only tells results something must keep no worker from ringing. */
  @TestInTurn
  void theDirectoryIsLoadedWithoutTheViewOfDeafDevices() throws Exception {
    fixture.createAll();
    DirectorySettings settings =
        fixture
            .settings(Duration.ofMillis(200))
            .withDeviceHealth(Optional.of("no-such-topic-of-health"));
    try (Directory directory = fixture.directory(settings)) {
      directory.start();

      await().atMost(DirectoryFixture.SOON).until(directory::loaded);
      assertThat(directory.notLoaded()).isEmpty();
    }
  }

  @TestInTurn
  void loadsWhatIsThereAndFollowsWhatComes() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    fixture.register(1, "alice/tablet", "02");
    fixture.send(fixture.tokens(), 0, null, "bob/phone", "not json");
    try (Directory directory = fixture.loaded()) {
      assertThat(live(directory, "alice")).containsExactlyInAnyOrder("phone=01", "tablet=02");
      assertThat(live(directory, "bob")).isEmpty();
      assertThat(directory.notLoaded()).isEmpty();

      fixture.register(0, "alice/phone", "03");
      awaitLive(directory, "alice", "phone=03", "tablet=02");

      fixture.send(fixture.tokens(), 1, null, "alice/tablet", null);
      awaitLive(directory, "alice", "phone=03");

      fixture.register(1, "carol/phone", "04");
      awaitLive(directory, "carol", "phone=04");

      fixture.register(0, "alice/phone", "nonsense");
      awaitLive(directory, "alice");
      assertThat(directory.lookup(new UserId("alice")).unreadable()).isEqualTo(1);
    }
    assertThat(fixture.registry().get("ringpost.view.loaded").tag("view", "tokens").gauge().value())
        .isEqualTo(1);
    assertThat(
            fixture.registry().get("ringpost.view.entries").tag("view", "tokens").gauge().value())
        .isEqualTo(1);
    assertThat(
            fixture
                .registry()
                .get("ringpost.view.skipped")
                .tags("view", "tokens", "reason", "not_json")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @TestInTurn
  void learnsWhichTokensAreDead() throws Exception {
    fixture.createAll();
    fixture.send(fixture.tokens(), 0, 5000L, "alice/phone", registration("01"));
    String digest = VoipToken.parse("01").digest().value();
    String invalidation =
        """
        {"tokenDigest": "%s", "bundleId": "com.example.phone", "environment": "production",
         "invalidAt": "1970-01-01T00:00:05Z", "reason": "Unregistered"}
        """
            .formatted(digest);
    fixture.send(fixture.dead(), 0, null, "alice/phone", invalidation);
    try (Directory directory = fixture.loaded()) {
      DeviceLookup lookup = directory.lookup(new UserId("alice"));
      assertThat(lookup.live()).isEmpty();
      assertThat(lookup.dead())
          .containsExactly(
              new DeadDevice(
                  new Device(
                      new DeviceId("phone"),
                      VoipToken.parse("01"),
                      new BundleId("com.example.phone"),
                      Environment.PRODUCTION,
                      Instant.ofEpochMilli(5000)),
                  Instant.ofEpochMilli(5000)));

      fixture.send(fixture.tokens(), 0, 5001L, "alice/phone", registration("01"));
      awaitLive(directory, "alice", "phone=01");

      fixture.send(fixture.tokens(), 0, 5000L, "alice/phone", registration("01"));
      awaitLive(directory, "alice");

      fixture.send(fixture.dead(), 0, null, "alice/phone", null);
      awaitLive(directory, "alice", "phone=01");
    }
  }

  @TestInTurn
  void isNotLoadedBeforeItHasReadTheEndOfEachPartition() throws Exception {
    fixture.createAll();
    int users = 20_000;
    for (int user = 0; user < users; user++) {
      var _ =
          kafka
              .producer()
              .send(
                  new ProducerRecord<>(
                      fixture.tokens(),
                      user % 2,
                      bytes("user-" + user + "/phone"),
                      bytes(registration("%04x".formatted(user)))));
    }
    kafka.producer().flush();
    try (Directory directory = fixture.started()) {
      assertThat(directory.lookup(new UserId("nobody")).behind()).isTrue();
      while (!directory.loaded()) {
        Thread.onSpinWait();
      }
      assertThat(live(directory, "user-" + (users - 1))).containsExactly("phone=4e1f");
      assertThat(live(directory, "user-" + (users - 2))).containsExactly("phone=4e1e");
      await().atMost(SOON).until(() -> !directory.lookup(new UserId("nobody")).behind());
    }
  }

  @TestInTurn
  void onlyCommittedRecordsCount() throws Exception {
    fixture.createAll();
    try (var transactional =
        kafka.producer(Map.of("transactional.id", "writer-" + fixture.tokens()))) {
      transactional.initTransactions();
      transactional.beginTransaction();
      var _ =
          transactional.send(
              new ProducerRecord<>(
                  fixture.tokens(), 0, bytes("alice/phone"), bytes(registration("01"))));
      transactional.commitTransaction();
      transactional.beginTransaction();
      var _ =
          transactional.send(
              new ProducerRecord<>(
                  fixture.tokens(), 0, bytes("alice/phone"), bytes(registration("02"))));
      transactional.abortTransaction();

      try (Directory directory = fixture.loaded()) {
        assertThat(live(directory, "alice")).containsExactly("phone=01");

        transactional.beginTransaction();
        var _ =
            transactional.send(
                new ProducerRecord<>(
                    fixture.tokens(), 0, bytes("alice/phone"), bytes(registration("03"))));
        transactional.commitTransaction();
        awaitLive(directory, "alice", "phone=03");
      }
    }
  }

  @TestInTurn
  void aTransactionThatIsOpenCountsForNothingAndHoldsNothingUp() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    try (var transactional =
        kafka.producer(Map.of("transactional.id", "open-" + fixture.tokens()))) {
      transactional.initTransactions();
      transactional.beginTransaction();
      for (String topic : List.of(fixture.tokens(), fixture.dead(), fixture.calls())) {
        transactional
            .send(new ProducerRecord<>(topic, 0, bytes("alice/phone"), bytes(registration("02"))))
            .get();
      }
      try (Directory directory = fixture.loaded()) {
        assertThat(live(directory, "alice")).containsExactly("phone=01");

        transactional.commitTransaction();
        awaitLive(directory, "alice", "phone=02");
      }
    }
  }

  @TestInTurn
  void noViewIsReadyBeforeEachTopicHasBeenRead() throws Exception {
    for (String missing : List.of(fixture.tokens(), fixture.dead(), fixture.calls())) {
      var own = new DirectoryFixture(kafka);
      String absent = missing.replaceAll("\\d+$", own.tokens().replaceAll("\\D+", ""));
      for (String topic : List.of(own.tokens(), own.dead(), own.calls())) {
        if (!topic.equals(absent)) {
          kafka.create(topic, 1, Map.of());
        }
      }
      try (Directory directory = own.started()) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(directory.notLoaded())
                        .containsExactly("topic " + absent + " does not exist"));
        assertThat(directory.loaded()).isFalse();
        kafka.create(absent, 1, Map.of());
        await().atMost(SOON).until(directory::loaded);
      }
    }
  }

  @TestInTurn
  void aKeyOnTwoPartitionsIsOneDevice() throws Exception {
    fixture.createAll();
    fixture.send(fixture.tokens(), 0, 2000L, "alice/phone", registration("01"));
    fixture.send(fixture.tokens(), 1, 1000L, "alice/phone", registration("02"));
    try (Directory directory = fixture.loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=01");

      fixture.send(fixture.tokens(), 1, 3000L, "alice/phone", registration("03"));
      awaitLive(directory, "alice", "phone=03");

      fixture.send(fixture.tokens(), 1, 4000L, "alice/phone", null);
      awaitLive(directory, "alice");
    }
  }
}
