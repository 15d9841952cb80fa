package dev.ringpost.directory;

import static dev.ringpost.directory.DirectoryFixture.SOON;
import static dev.ringpost.directory.DirectoryFixture.awaitLive;
import static dev.ringpost.directory.DirectoryFixture.live;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.UserId;
import dev.ringpost.directory.snapshot.SnapshotSettings;
import dev.ringpost.testing.TestInTurn;
import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The directory that begins with the snapshot of the one before. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(DirectoryFixture.THREADS)
class DirectorySnapshotTest {

  private static final DirectoryKafka kafka = new DirectoryKafka();

  private final DirectoryFixture fixture = new DirectoryFixture(kafka);
  private final SnapshotSettings snapshots;

  DirectorySnapshotTest(@TempDir Path folder) throws IOException {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    Path file = Files.writeString(folder.resolve("key"), Base64.getEncoder().encodeToString(key));
    snapshots = new SnapshotSettings(folder.resolve("snapshots"), file, Duration.ofHours(1));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  private Directory started(SnapshotSettings settings) {
    Directory directory =
        fixture.directory(fixture.settings(Duration.ofMillis(200)).with(settings));
    directory.start();
    return directory;
  }

  private Directory loaded() {
    Directory directory = started(snapshots);
    await().atMost(SOON).until(directory::loaded);
    return directory;
  }

  /** A directory that leaves a snapshot of what the topics hold now. */
  private void keep() {
    loaded().close();
    assertThat(snapshots.folder().resolve(fixture.tokens() + ".snap")).exists();
    assertThat(snapshots.folder().resolve(fixture.dead() + ".snap")).exists();
  }

  private double refused(String reason) {
    return fixture
        .registry()
        .get("ringpost.view.snapshot.refused")
        .tags("view", "tokens", "reason", reason)
        .counter()
        .count();
  }

  private void alter(String topic, String name, String value) throws Exception {
    kafka
        .admin()
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
        .all()
        .get(30, TimeUnit.SECONDS);
  }

  @TestInTurn
  void beginsWithTheSnapshotAndReadsWhatCameSince() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    fixture.register(0, "alice/tablet", "02");
    fixture.register(1, "bob/phone", "03");
    fixture.send(fixture.tokens(), 1, null, "carol/phone", "no JSON");
    keep();
    fixture.send(fixture.tokens(), 0, null, "alice/tablet", null);
    fixture.register(1, "bob/phone", "04");
    fixture.register(0, "dave/phone", "05");

    try (Directory directory = loaded()) {
      assertThat(live(directory, "alice")).as("removed since").containsExactly("phone=01");
      assertThat(live(directory, "bob")).containsExactly("phone=04");
      assertThat(live(directory, "dave")).containsExactly("phone=05");
      assertThat(directory.lookup(new UserId("carol")).unreadable()).isEqualTo(1);
      assertThat(refused("none")).as("by the first start only").isEqualTo(1);

      fixture.register(1, "bob/phone", "06");
      awaitLive(directory, "bob", "phone=06");
    }
  }

  /** The record is gone from the topic, so that only the snapshot can have it. */
  @TestInTurn
  void whatTheSnapshotHasNeedNotBeRead() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    keep();
    kafka
        .admin()
        .deleteRecords(
            Map.of(new TopicPartition(fixture.tokens(), 0), RecordsToDelete.beforeOffset(1)))
        .all()
        .get(30, TimeUnit.SECONDS);

    try (Directory directory = loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=01");
    }
  }

  @TestInTurn
  void offsetsThatAreGoneAreRefused() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    keep();
    fixture.register(0, "bob/phone", "02");
    fixture.register(0, "carol/phone", "03");
    kafka
        .admin()
        .deleteRecords(
            Map.of(new TopicPartition(fixture.tokens(), 0), RecordsToDelete.beforeOffset(2)))
        .all()
        .get(30, TimeUnit.SECONDS);

    try (Directory directory = loaded()) {
      assertThat(live(directory, "alice")).isEmpty();
      assertThat(live(directory, "carol")).containsExactly("phone=03");
      assertThat(refused("offsets-gone")).isEqualTo(1);
    }
  }

  @TestInTurn
  void aTopicThatIsMadeAnewIsAnother() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    keep();
    kafka.delete(fixture.tokens());
    kafka.create(fixture.tokens(), 2, Map.of());
    fixture.register(0, "bob/phone", "02");

    try (Directory directory = loaded()) {
      assertThat(live(directory, "alice")).isEmpty();
      assertThat(live(directory, "bob")).containsExactly("phone=02");
      assertThat(refused("other-topic")).isEqualTo(1);
    }
  }

  @TestInTurn
  void addedPartitionsAndLostRemovalsAreRefused() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    keep();
    alter(fixture.tokens(), "delete.retention.ms", "0");
    keep();
    assertThat(refused("too-old")).isEqualTo(1);
    alter(fixture.tokens(), "delete.retention.ms", "604800000");
    kafka
        .admin()
        .createPartitions(Map.of(fixture.tokens(), NewPartitions.increaseTo(3)))
        .all()
        .get(30, TimeUnit.SECONDS);

    try (Directory directory = loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=01");
      assertThat(refused("other-partitions")).isEqualTo(1);
    }
  }

  @TestInTurn
  void isWrittenEveryIntervalAndWithTheKeyOfThen() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    Path written = snapshots.folder().resolve(fixture.tokens() + ".snap");
    var often =
        new SnapshotSettings(snapshots.folder(), snapshots.keyFile(), Duration.ofMillis(50));
    try (Directory directory = started(often)) {
      await().atMost(SOON).until(() -> directory.loaded() && Files.exists(written));
      await().atMost(SOON).until(() -> writes("written") > 0);
      assertThat(gauge("age")).isBetween(0.0, 60.0);
      assertThat(gauge("interval")).isEqualTo(0.05);
      assertThat(gauge("size")).isBetween(50.0, 5000.0);
      byte[] other = new byte[32];
      new SecureRandom().nextBytes(other);
      Files.write(snapshots.keyFile(), other);
    }
    try (Directory directory = loaded()) {
      assertThat(refused("other-key")).isZero();
      assertThat(live(directory, "alice")).containsExactly("phone=01");
    }
  }

  /** Each start and each writing is told, so that a worker without snapshots is seen. */
  @TestInTurn
  void whatCannotBeWrittenIsCounted() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    keep();
    assertThat(writes("written")).as("at leaving").isEqualTo(1);
    double size = Files.size(snapshots.folder().resolve(fixture.tokens() + ".snap"));

    // The registry keeps the gauge of the one before.
    fixture.registry().remove(meter("size"));
    try (Directory _ = loaded()) {
      assertThat(gauge("size")).as("of the one begun with").isEqualTo(size);
      Files.delete(snapshots.keyFile());
    }
    assertThat(writes("failed")).isEqualTo(1);
    assertThat(writes("written")).isEqualTo(1);
  }

  private double writes(String end) {
    return fixture
        .registry()
        .get("ringpost.view.snapshot.writes")
        .tags("view", "tokens", "end", end)
        .counter()
        .count();
  }

  private double gauge(String what) {
    return meter(what).value();
  }

  private Gauge meter(String what) {
    return fixture.registry().get("ringpost.view.snapshot." + what).tag("view", "tokens").gauge();
  }
}
