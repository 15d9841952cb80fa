package dev.ringpost.directory.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompactTableTest {

  /** Two chunks per shard: the one being filled, and the garbage that is let be. */
  private static final long EMPTY_AT_MOST = (long) CompactTable.SHARDS * (2 * Arena.CHUNK + 1024);

  private final CompactTable table = new CompactTable();

  private boolean put(
      String user, String device, int partition, long timestamp, @Nullable String value) {
    return result(user, device, partition, timestamp, value) != DeviceTable.Put.FULL;
  }

  private DeviceTable.Put result(
      String user, String device, int partition, long timestamp, @Nullable String value) {
    return table.put(
        user.getBytes(UTF_8),
        device.getBytes(UTF_8),
        partition,
        timestamp,
        value == null ? null : value.getBytes(UTF_8));
  }

  private Map<String, String> of(String user) {
    return read(table, user);
  }

  static Map<String, String> read(CompactTable table, String user) {
    Map<String, String> found = new TreeMap<>();
    table.read(
        user.getBytes(UTF_8),
        (from, device, payload, end) ->
            found.merge(
                new String(from, device, payload - device, UTF_8),
                new String(from, payload, end - payload, UTF_8),
                (one, other) -> {
                  throw new AssertionError("twice: " + one + ", " + other);
                }));
    return found;
  }

  private void sweepAll() {
    for (int shard = 0; shard < CompactTable.SHARDS; shard++) {
      table.sweep(shard);
    }
  }

  @Test
  void aUserNobodyKnowsHasNothing() {
    assertThat(of("alice")).isEmpty();
  }

  @Test
  void devicesOfAUserAreFoundTogether() {
    put("alice", "phone", 0, 1, "a");
    put("alice", "tablet", 1, 1, "b");
    put("bob", "phone", 0, 1, "c");

    assertThat(of("alice")).isEqualTo(Map.of("phone", "a", "tablet", "b"));
    assertThat(of("bob")).isEqualTo(Map.of("phone", "c"));
    assertThat(table.live()).isEqualTo(3);
  }

  @Test
  void userAndDeviceAreNotConfused() {
    put("ab", "c", 0, 1, "one");
    put("a", "bc", 0, 1, "two");

    assertThat(of("ab")).isEqualTo(Map.of("c", "one"));
    assertThat(of("a")).isEqualTo(Map.of("bc", "two"));
  }

  @Test
  void onOnePartitionTheLaterRecordCountsWhateverItsTimestamp() {
    put("alice", "phone", 0, 1000, "first");
    put("alice", "phone", 0, 10, "second");

    assertThat(of("alice")).isEqualTo(Map.of("phone", "second"));

    put("alice", "phone", 0, 1, "a third that is longer");

    assertThat(of("alice")).isEqualTo(Map.of("phone", "a third that is longer"));
    assertThat(table.live()).isEqualTo(1);
  }

  @Test
  void betweenPartitionsTheGreaterTimestampCounts() {
    put("alice", "phone", 1, 10, "newer");
    put("alice", "phone", 0, 9, "older");
    assertThat(of("alice")).isEqualTo(Map.of("phone", "newer"));

    put("alice", "phone", 0, 11, "newest");
    assertThat(of("alice")).isEqualTo(Map.of("phone", "newest"));
    assertThat(table.live()).isEqualTo(1);
  }

  @Test
  void amongEqualTimestampsTheGreaterPartitionCounts() {
    put("alice", "phone", 7, 10, "seven");
    put("alice", "phone", 3, 10, "three");
    assertThat(of("alice")).isEqualTo(Map.of("phone", "seven"));

    put("alice", "phone", 300, 10, "three hundred");
    assertThat(of("alice")).isEqualTo(Map.of("phone", "three hundred"));
  }

  /**
   * Newest on each partition first, then the timestamp: were the loser forgotten at once, the order
   * of reading would decide.
   */
  @Test
  void theOrderInWhichPartitionsAreReadDoesNotMatter() {
    record Step(int partition, long timestamp, String value) {}
    var a = new Step(0, 10, "a");
    var b = new Step(0, 5, "b");
    var c = new Step(1, 7, "c");

    for (List<Step> order : List.of(List.of(a, b, c), List.of(a, c, b), List.of(c, a, b))) {
      var one = new CompactTable();
      for (Step step : order) {
        one.put(
            "u".getBytes(UTF_8),
            "d".getBytes(UTF_8),
            step.partition(),
            step.timestamp(),
            step.value().getBytes(UTF_8));
      }
      assertThat(read(one, "u")).as(order.toString()).isEqualTo(Map.of("d", "c"));
    }
  }

  @Test
  void aRemovedDeviceIsGone() {
    put("alice", "phone", 0, 1, "a");
    put("alice", "phone", 0, 2, null);

    assertThat(of("alice")).isEmpty();
    assertThat(table.live()).isZero();
    assertThat(table.tombstones()).isEqualTo(1);
  }

  @Test
  void anOlderRecordOfAnotherPartitionDoesNotBringARemovedDeviceBack() {
    put("alice", "phone", 0, 20, null);
    put("alice", "phone", 1, 10, "old");
    assertThat(of("alice")).isEmpty();

    for (int time = 0; time < 5; time++) {
      sweepAll();
    }
    assertThat(of("alice")).isEmpty();
    assertThat(table.tombstones()).isEqualTo(1);

    put("alice", "phone", 1, 30, "new");
    assertThat(of("alice")).isEqualTo(Map.of("phone", "new"));
  }

  @Test
  void aRemovalThatIsOlderRemovesNothing() {
    put("alice", "phone", 0, 20, "new");
    put("alice", "phone", 1, 10, null);

    assertThat(of("alice")).isEqualTo(Map.of("phone", "new"));
  }

  @Test
  void aRemovalIsForgottenByTheSecondSweep() {
    put("alice", "phone", 0, 1, "a");
    put("alice", "tablet", 0, 1, "b");
    put("alice", "phone", 0, 2, null);
    put("bob", "phone", 0, 2, null);

    sweepAll();
    assertThat(table.tombstones()).isEqualTo(2);
    sweepAll();
    assertThat(table.tombstones()).isZero();
    assertThat(of("alice")).isEqualTo(Map.of("tablet", "b"));
    assertThat(of("bob")).isEmpty();
  }

  @Test
  void aRemovalThatWasRepeatedIsRememberedAnew() {
    put("alice", "phone", 0, 1, null);
    sweepAll();
    put("alice", "phone", 0, 2, null);
    sweepAll();

    assertThat(table.tombstones()).isEqualTo(1);
  }

  @Test
  void memoryComesBackWhenDevicesGo() {
    int users = 200_000;
    for (int user = 0; user < users; user++) {
      put("user-" + user, "phone", 0, 1, "x".repeat(40));
    }
    assertThat(table.bytes()).isGreaterThan(3 * EMPTY_AT_MOST);
    for (int user = 0; user < users; user++) {
      put("user-" + user, "phone", 0, 2, null);
    }
    sweepAll();
    sweepAll();

    assertThat(table.live()).isZero();
    assertThat(table.tombstones()).isZero();
    assertThat(table.bytes()).isLessThan(EMPTY_AT_MOST);
  }

  @Test
  void memoryDoesNotGrowWhileDevicesOnlyChange() {
    int users = 20_000;
    for (int round = 0; round < 10; round++) {
      for (int user = 0; user < users; user++) {
        put("user-" + user, "phone", 0, round, "x".repeat(30 + (user + round) % 10));
      }
    }
    long content = (long) users * Entry.length("user-10000".length(), "phone".length(), 35);

    assertThat(table.live()).isEqualTo(users);
    assertThat(table.bytes())
        .isLessThan(content * 2 + (long) CompactTable.SHARDS * Arena.CHUNK * 2);
  }

  @Test
  void aUserWithMoreDevicesThanAnybodyHasGetsNoMore() {
    for (int device = 0; device < TableShard.MAX_PER_USER; device++) {
      assertThat(put("robot", "phone-" + device, 0, 1, "a")).isTrue();
    }

    assertThat(put("robot", "one more", 0, 1, "a")).isFalse();
    assertThat(put("robot", "phone-7", 0, 2, "b")).isTrue();
    assertThat(of("robot")).hasSize(TableShard.MAX_PER_USER).containsEntry("phone-7", "b");
  }

  @Test
  void devicesThatAreGoneShutOutNoNewOne() {
    int many = 3 * TableShard.MAX_PER_USER;
    for (int device = 0; device < many; device++) {
      put("robot", "phone-" + device, 0, device, "a");
      put("robot", "phone-" + device, 0, device, null);
    }

    assertThat(put("robot", "one more", 0, many, "a")).isTrue();
    assertThat(of("robot")).isEqualTo(Map.of("one more", "a"));
    assertThat(table.tombstones()).isLessThan(TableShard.MAX_PER_USER);

    put("robot", "phone-" + (many - 1), 1, 1, "old");
    assertThat(of("robot")).as("the newest removals are remembered").hasSize(1);
  }

  @Test
  void atTheBoundADeviceThatIsKnownIsRemovedAndMovedAllTheSame() {
    for (int device = 0; device < TableShard.MAX_PER_USER; device++) {
      put("robot", "phone-" + device, 0, 1, "a");
    }

    assertThat(put("robot", "phone-1", 1, 2, null)).isTrue();
    assertThat(put("robot", "phone-2", 1, 2, "b")).isTrue();
    assertThat(put("robot", "nobody", 1, 2, null)).isTrue();
    assertThat(of("robot"))
        .hasSize(TableShard.MAX_PER_USER - 1)
        .doesNotContainKey("phone-1")
        .containsEntry("phone-2", "b");
  }

  @Test
  void aRemovalOnAllPartitionsIsForgottenToo() {
    put("alice", "phone", 0, 1, "a");
    put("alice", "phone", 1, 2, null);
    put("alice", "phone", 0, 3, null);

    sweepAll();
    sweepAll();

    assertThat(table.tombstones()).isZero();
    assertThat(of("alice")).isEmpty();
  }

  @Test
  void theLongestKeysAndValuesFit() {
    String user = "👩".repeat(128);
    String device = "語".repeat(256);
    for (int i = 0; i < 100; i++) {
      put(user, device, i, i, "v".repeat(800) + i);
    }

    assertThat(of(user)).isEqualTo(Map.of(device, "v".repeat(800) + 99));
  }

  @Test
  void timestampsBeforeAndFarAfterOurTimeAreBounded() {
    put("alice", "phone", 0, Long.MAX_VALUE, "late");
    put("alice", "phone", 1, Long.MIN_VALUE, "early");

    assertThat(of("alice")).isEqualTo(Map.of("phone", "late"));
  }

  @Test
  void aKeyIsToldOnceWhenItIsFoundOnASecondPartition() {
    assertThat(result("alice", "phone", 0, 1, "a")).isEqualTo(DeviceTable.Put.TAKEN);
    assertThat(result("alice", "tablet", 1, 2, "a")).isEqualTo(DeviceTable.Put.TAKEN);
    assertThat(result("alice", "phone", 1, 2, null)).isEqualTo(DeviceTable.Put.ON_TWO_PARTITIONS);
    assertThat(result("alice", "phone", 1, 3, "b")).isEqualTo(DeviceTable.Put.TAKEN);
    assertThat(result("alice", "phone", 0, 4, null)).isEqualTo(DeviceTable.Put.TAKEN);
  }

  /** Names whose hashes would all be equal if anybody could know what a hash begins with. */
  @Test
  void namesCannotBeChosenToShareAHash() {
    Set<Integer> hashes = new HashSet<>();
    ByteBuffer name = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    int names = 40_000;
    for (int i = 0; i < names; i++) {
      name.putLong(0, i).putLong(Long.BYTES, mixed(name.capacity() ^ i) ^ 42);
      hashes.add(SeededHash.of(name.array(), 0, name.capacity()));
    }

    assertThat(hashes).hasSizeGreaterThan(names - 100);
  }

  private static long mixed(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
