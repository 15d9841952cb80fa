package dev.ringpost.directory.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table beside a plain map that does the same the simple way. */
class CompactTableModelTest {

  private record Stored(long timestamp, @Nullable String value) {}

  /** The model of the table: values by user, device and partition. */
  private static final class Model {

    private final Map<String, Map<String, Map<Integer, Stored>>> users = new HashMap<>();

    void put(String user, String device, int partition, Stored stored) {
      users
          .computeIfAbsent(user, _ -> new HashMap<>())
          .computeIfAbsent(device, _ -> new HashMap<>())
          .put(partition, stored);
    }

    Map<String, String> of(String user) {
      Map<String, String> found = new TreeMap<>();
      users
          .getOrDefault(user, Map.of())
          .forEach(
              (device, partitions) -> {
                String value = newest(partitions).value();
                if (value != null) {
                  found.put(device, value);
                }
              });
      return found;
    }

    private static Stored newest(Map<Integer, Stored> partitions) {
      int best = -1;
      Stored newest = new Stored(-1, null);
      for (var entry : partitions.entrySet()) {
        Stored stored = entry.getValue();
        if (stored.timestamp() > newest.timestamp()
            || (stored.timestamp() == newest.timestamp() && entry.getKey() > best)) {
          best = entry.getKey();
          newest = stored;
        }
      }
      return newest;
    }

    /** What two sweeps forget. */
    void forgetTombstones() {
      for (var devices : users.values()) {
        devices
            .values()
            .removeIf(
                partitions ->
                    partitions.values().stream().allMatch(stored -> stored.value() == null));
      }
      users.values().removeIf(Map::isEmpty);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // seed, users, devices of each, partitions, steps
    "1,     1,      3,               2,          20000",
    "2,     20,     5,               3,          50000",
    "3,     3000,   3,               2,          100000",
    "4,     20000,  2,               1,          100000",
    "5,     50,     40,              4,          20000",
  })
  void saysWhatAPlainMapSays(long seed, int users, int devices, int partitions, int steps) {
    var random = new Random(seed);
    var table = new CompactTable();
    var model = new Model();
    double removals = 0.3;
    for (int step = 0; step < steps; step++) {
      if (step % (steps / 5) == 0) {
        removals = random.nextDouble();
        sweepTwice(table);
        model.forgetTombstones();
      }
      String user = "user-" + random.nextInt(users);
      String device = "d" + random.nextInt(devices);
      int partition = random.nextInt(partitions);
      // Few different timestamps, so that many are equal.
      long timestamp = random.nextInt(20);
      String value = random.nextDouble() < removals ? null : "v".repeat(random.nextInt(60)) + step;
      put(table, user, device, partition, timestamp, value);
      model.put(user, device, partition, new Stored(timestamp, value));

      assertThat(CompactTableTest.read(table, user)).isEqualTo(model.of(user));
    }

    long live = 0;
    for (String user : IntStream.range(0, users).mapToObj(i -> "user-" + i).toList()) {
      assertThat(CompactTableTest.read(table, user)).isEqualTo(model.of(user));
      live += model.of(user).size();
    }
    assertThat(table.live()).isEqualTo(live);
  }

  @Test
  void readersSeeWholeEntriesWhileOneWrites() throws Exception {
    var table = new CompactTable();
    var writing = new AtomicBoolean(true);
    var seen = new AtomicLong();
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> results =
          IntStream.range(0, 2)
              .<Future<?>>mapToObj(
                  seed -> readers.submit(() -> lookUp(table, new Random(seed), writing, seen)))
              .toList();
      try {
        churn(table, new Random(99), seen);
      } finally {
        writing.set(false);
      }
      for (Future<?> result : results) {
        result.get();
      }
    }
    assertThat(seen.get()).isPositive();
  }

  private static final int USERS = 60;

  /** Grows, changes, shrinks and grows again; each value repeats one word. */
  private static void churn(CompactTable table, Random random, AtomicLong seen) {
    for (int step = 0; step < 60_000 || seen.get() == 0; step++) {
      boolean shrinking = (step / 10_000) % 2 == 1;
      String value =
          random.nextInt(10) < (shrinking ? 9 : 1)
              ? null
              : "%07d;".formatted(step).repeat(100 + random.nextInt(3));
      put(
          table,
          "user-" + random.nextInt(USERS),
          "d" + random.nextInt(4),
          random.nextInt(2),
          step,
          value);
      if (step % 50 == 0) {
        table.sweep(step / 50 % CompactTable.SHARDS);
      }
    }
  }

  private static void lookUp(
      CompactTable table, Random random, AtomicBoolean writing, AtomicLong seen) {
    while (writing.get()) {
      String user = "user-" + random.nextInt(USERS);
      for (String value : CompactTableTest.read(table, user).values()) {
        assertThat(value).isEqualTo(value.substring(0, 8).repeat(value.length() / 8));
        seen.incrementAndGet();
      }
      LockSupport.parkNanos(1_000); // else the writer seldom gets its turn on two cores
    }
  }

  private static void sweepTwice(CompactTable table) {
    for (int shard = 0; shard < 2 * CompactTable.SHARDS; shard++) {
      table.sweep(shard % CompactTable.SHARDS);
    }
  }

  private static void put(
      CompactTable table,
      String user,
      String device,
      int partition,
      long timestamp,
      @Nullable String value) {
    table.put(
        user.getBytes(UTF_8),
        device.getBytes(UTF_8),
        partition,
        timestamp,
        value == null ? null : value.getBytes(UTF_8));
  }
}
