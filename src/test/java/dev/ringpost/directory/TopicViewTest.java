package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.table.CompactTable;
import dev.ringpost.directory.table.DeviceTable;
import dev.ringpost.directory.table.PackedHeader;
import dev.ringpost.directory.table.TableShard;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.UnusableReason;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TopicViewTest {

  private static final Duration VOID_MEMORY = Duration.ofHours(1);
  private static final long APPENDED = Instant.parse("2026-11-24T04:00:00Z").toEpochMilli();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicLong since = new AtomicLong(DeviceTable.ALL_TIME);
  private final TopicView<Device> view =
      new TopicView<>(
          new CompactTable(),
          new TokenCodec(),
          new DevicePacker(),
          new UnusableRecords(
              "tokens", new DirectoryMeters(new Telemetry(registry)), nanoTime::get),
          VOID_MEMORY,
          since::get,
          nanoTime.get());
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    skipsLog().setAdditive(false);
    skipsLog().addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    skipsLog().setAdditive(true);
    skipsLog().detachAppender(logged);
  }

  private static Logger skipsLog() {
    return (Logger) LoggerFactory.getLogger(UnusableRecords.class);
  }

  private void apply(@Nullable String key, @Nullable String value) {
    apply(key, 0, value);
  }

  private void apply(@Nullable String key, int partition, @Nullable String value) {
    view.apply(record(key, partition, 0, value));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      @Nullable String key, int partition, long offset, @Nullable String value) {
    byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
    byte[] valueBytes = value == null ? null : value.getBytes(UTF_8);
    return new ConsumerRecord<>(
        "voip-tokens",
        partition,
        offset,
        APPENDED,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        keyBytes,
        valueBytes,
        new RecordHeaders(),
        Optional.empty());
  }

  private static String registration(String token, String bundleId) {
    return """
    {"token": "%s", "environment": "sandbox", "bundleId": "%s",
     "registeredAt": "2026-11-24T03:00:00.123456Z"}
    """
        .formatted(token, bundleId);
  }

  private double skipped(String reason) {
    return registry.get("ringpost.view.skipped").tag("reason", reason).counter().count();
  }

  @Test
  void givesBackWhatWasRegisteredToTheMillisecond() {
    apply("ålice/one%2Ftwo", registration("00ff", "com.example.phone"));

    assertThat(devices("ålice", DeviceKey.Kind.VOIP))
        .containsExactly(
            new Device(
                new DeviceId("one/two"),
                VoipToken.parse("00ff"),
                new BundleId("com.example.phone"),
                Environment.SANDBOX,
                Instant.parse("2026-11-24T03:00:00.123Z")));
  }

  @Test
  void ofManyRecordsAtOnceTheLastOfEachKeyCountsAndEachBadOneIsNamed() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int n = 0; n < 4 * TopicView.MANY; n++) {
      String value = n % 100 == 99 ? "{" : registration("%04x".formatted(n), "com.example.phone");
      records.add(record("alice/" + n % 10, 0, n, value));
    }
    records.add(record("alice/0", 0, records.size(), null));

    view.applyAll(records);

    assertThat(devices("alice", DeviceKey.Kind.VOIP))
        .extracting(device -> Integer.parseInt(device.token().hex(), 16))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(4 * TopicView.MANY - 9, 4 * TopicView.MANY - 1).boxed().toList());
    assertThat(skipped("not_json")).isEqualTo(4 * TopicView.MANY / 100.0);
    assertThat(logged.list.getFirst().getKeyValuePairs())
        .anyMatch(pair -> pair.toString().equals("offset=\"99\""));
  }

  private List<Device> devices(String user, DeviceKey.Kind kind) {
    return view.of(new UserId(user), kind).shown();
  }

  @Test
  void rememberedIsWhoseRegistrationsCannotBeRead() {
    apply("alice/phone", "nonsense");
    apply("alice/tablet", "nonsense");
    apply("alice/tablet", "nonsense again");
    apply("bob/android", "{\"pn-provider\": \"fcm\", \"pn-prid\": \"x\"}");

    assertThat(view.unreadable(new UserId("alice"))).isEqualTo(2);
    assertThat(view.unreadable(new UserId("bob"))).as("readable, but not Apple's").isZero();

    apply("alice/phone", registration("00ff", "com.example.phone"));
    assertThat(view.unreadable(new UserId("alice"))).isEqualTo(1);
    apply("alice/tablet", null);
    assertThat(view.unreadable(new UserId("alice"))).isZero();
  }

  @Test
  void theMemoryOfUnreadableRegistrationsIsBounded() {
    for (int n = 0; n < TopicView.MAX_UNREADABLE_EACH + 5; n++) {
      apply("alice/phone-" + n, "nonsense");
    }
    for (int n = 1; n <= TopicView.MAX_UNREADABLE_USERS; n++) {
      apply("user-" + n + "/phone", "nonsense");
    }

    assertThat(view.unreadable(new UserId("alice"))).isEqualTo(TopicView.MAX_UNREADABLE_EACH);
    assertThat(view.unreadable(new UserId("user-1"))).isEqualTo(1);
    assertThat(view.unreadable(new UserId("user-" + TopicView.MAX_UNREADABLE_USERS))).isZero();
  }

  @Test
  void anyNumberOfAppsIsKeptApart() {
    for (int app = 0; app < 2 * PackedHeader.MAX_APPS; app++) {
      apply("user-" + app + "/phone", registration("00ff", "com.example.app" + app));
    }

    for (int app = 0; app < 2 * PackedHeader.MAX_APPS; app++) {
      assertThat(devices("user-" + app, DeviceKey.Kind.VOIP))
          .extracting(Device::app, Device::token)
          .containsExactly(tuple(new BundleId("com.example.app" + app), VoipToken.parse("00ff")));
    }
  }

  @Test
  void everyReasonStandsAtZeroBeforeItsFirstRecord() {
    for (UnusableReason reason : UnusableReason.values()) {
      assertThat(skipped(reason.code())).isZero();
    }
  }

  @Test
  void aRecordThatCannotBeReadIsTheNewestAllTheSame() {
    apply("alice/phone", registration("00ff", "com.example.phone"));
    apply("alice/phone", "nonsense");

    assertThat(devices("alice", DeviceKey.Kind.VOIP)).isEmpty();
    assertThat(skipped("not_json")).isEqualTo(1);
  }

  @Test
  void theKeyOfABadRecordIsLoggedAndNeverItsValue() {
    apply("alice/phøne", registration("00ff00ff00fg", "com.example.phone"));

    assertThat(logged.list).hasSize(1);
    assertThat(logged.list.getFirst().getKeyValuePairs().toString())
        .contains("alice/ph?ne", "invalid_field")
        .doesNotContain("00ff00ff");
  }

  @Test
  void eachBadRecordOfABurstIsNamed() {
    for (int i = 0; i < 35; i++) {
      apply("user-" + i + "/phone", "nonsense");
    }

    assertThat(logged.list).hasSize(35);
    for (int i = 0; i < 35; i++) {
      assertThat(logged.list.get(i).getKeyValuePairs().toString())
          .contains("key=\"user-" + i + "/phone\"");
    }
  }

  @Test
  void ofTooManyBadRecordsTheNumberIsToldEvenIfNoMoreCome() {
    for (int i = 0; i < 1000; i++) {
      apply(null, "nonsense");
    }
    assertThat(skipped("no_key")).isEqualTo(1000);
    assertThat(logged.list).hasSize(UnusableRecords.MAX_LINES);
    view.atEnd(nanoTime.get());
    assertThat(logged.list).hasSize(UnusableRecords.MAX_LINES);

    nanoTime.addAndGet(UnusableRecords.INTERVAL.toNanos());
    view.atEnd(nanoTime.get());
    view.atEnd(nanoTime.get());

    assertThat(logged.list).hasSize(UnusableRecords.MAX_LINES + 1);
    assertThat(logged.list.getLast().getKeyValuePairs().toString()).contains("unnamed=\"950\"");

    apply(null, "nonsense");
    assertThat(logged.list).hasSize(UnusableRecords.MAX_LINES + 2);
  }

  @Test
  void aKeyOnASecondPartitionIsCountedWhileItHidesAValueAndIsNamed() {
    apply("alice/phone", 0, registration("00ff", "com.example.phone"));
    apply("alice/phone", 1, null);
    apply("alice/phone", 1, null);

    assertThat(view.shadowed()).as("the older registration").isEqualTo(1);
    assertThat(logged.list).hasSize(1);
    assertThat(logged.list.getFirst().getKeyValuePairs().toString()).contains("alice/phone");

    apply("alice/phone", 0, null);
    assertThat(view.shadowed()).isZero();
  }

  @Test
  void aPhoneOfAnotherProviderIsCountedWithoutALine() {
    apply("alice/android", "{\"pn-provider\": \"fcm\", \"pn-prid\": \"x\"}");

    assertThat(skipped("other_provider")).isEqualTo(1);
    assertThat(logged.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.INFO));
  }

  @Test
  void moreDevicesThanAnybodyHasAreCounted() {
    for (int device = 0; device <= TableShard.MAX_PER_USER; device++) {
      apply("robot/" + device, registration("00ff", "com.example.phone"));
    }

    assertThat(view.entries()).isEqualTo(TableShard.MAX_PER_USER);
    assertThat(skipped("too_many_devices")).isEqualTo(1);
  }

  @Test
  void whatIsTooOldIsNotTakenAndWhatHasBecomeTooOldIsDropped() {
    apply("alice/phone", registration("00ff", "com.example.phone"));
    since.set(APPENDED);
    sweepOnce();
    assertThat(view.entries()).isEqualTo(1);

    since.set(APPENDED + 1);
    sweepOnce();
    assertThat(view.entries()).isZero();
    assertThat(devices("alice", DeviceKey.Kind.VOIP)).isEmpty();

    apply("bob/phone", registration("00ff", "com.example.phone"));
    assertThat(view.entries()).isZero();
  }

  private void sweepOnce() {
    for (int shard = 0; shard < CompactTable.SHARDS; shard++) {
      view.atEnd(nanoTime.addAndGet(VOID_MEMORY.toNanos() / CompactTable.SHARDS));
    }
  }

  @Test
  void removedDevicesAreForgottenAfterTheirTimeAtTheEnd() {
    apply("alice/phone", null);
    sweepOnce();
    assertThat(view.tombstones()).isEqualTo(1);
    sweepOnce();
    assertThat(view.tombstones()).isZero();
  }
}
