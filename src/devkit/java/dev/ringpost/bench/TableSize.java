package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.UserId;
import dev.ringpost.directory.TokenViewUnderMeasure;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A benchmark of what the view of registrations costs, without Kafka: heap per device after a full
 * collection, and the processor time of applying a record (JSON, as from a topic) and of a lookup.
 * The first argument is the number of devices (1 million), the second the kind of keys: {@code
 * short} (users of 16 characters, devices of 8), {@code uuid} (devices are UUIDs) or {@code single}
 * (short, with one device per user instead of two). With {@code off} as the third, {@code
 * tokens.one-user-per-token} is off and there is no index of tokens.
 */
public final class TableSize {

  private static final int BATCH = 10_000;
  private static final int LOOKUPS = 2_000_000;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private TableSize() {}

  public static void main(String[] args) {
    int devices = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    String keys = args.length > 1 ? args[1] : "short";
    int perUser = keys.equals("single") ? 1 : 2;
    IntFunction<String> device =
        keys.equals("uuid") ? TableSize::uuid : index -> "%08x".formatted(index);
    boolean oneUserPerToken = args.length < 3 || !args[2].equals("off");
    System.out.printf(
        "%,d devices, %d per user, key %s/%s, one user per token: %s%n",
        devices, perUser, user(0), device.apply(0), oneUserPerToken);

    var warmUp = new TokenViewUnderMeasure(oneUserPerToken);
    fill(warmUp, 200_000, perUser, device);
    var view = new TokenViewUnderMeasure(oneUserPerToken);
    warmUp = null;
    long before = usedHeap();
    Duration filling = fill(view, devices, perUser, device);
    long heap = usedHeap() - before;
    System.out.printf(
        "heap growth   %,d MiB, %.1f bytes per device (the table counts %.1f)%n",
        heap >> 20, (double) heap / devices, (double) view.bytes() / devices);
    System.out.printf(
        "applying      %,.0f records per second of processor time%n",
        devices / (filling.toNanos() / 1e9));
    for (int round = 0; round < 3; round++) {
      System.out.printf(
          "lookup        %,d ns of processor time%n", lookUp(view, devices / perUser));
    }
    System.out.printf("entries       %,d%n", view.entries());
  }

  /** Applies a registration per device and returns the processor time that this took. */
  private static Duration fill(
      TokenViewUnderMeasure view, int devices, int perUser, IntFunction<String> device) {
    var random = new Random(devices);
    List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    long nanos = 0;
    for (int index = 0; index < devices; index++) {
      batch.add(record(index, user(index / perUser) + "/" + device.apply(index), random));
      if (batch.size() == BATCH || index == devices - 1) {
        long start = THREADS.getCurrentThreadCpuTime();
        batch.forEach(view::apply);
        nanos += THREADS.getCurrentThreadCpuTime() - start;
        batch.clear();
      }
    }
    return Duration.ofNanos(nanos);
  }

  private static ConsumerRecord<byte[], byte[]> record(int index, String key, Random random) {
    byte[] token = new byte[32];
    random.nextBytes(token);
    String value =
        """
        {"token":"%s","environment":"production","bundleId":"com.example.phone",\
        "registeredAt":"2026-11-24T04:00:00Z"}\
        """
            .formatted(HexFormat.of().formatHex(token));
    return new ConsumerRecord<>(
        "voip-tokens",
        index % 12,
        index,
        1_795_500_000_000L + index,
        TimestampType.LOG_APPEND_TIME,
        key.length(),
        value.length(),
        key.getBytes(UTF_8),
        value.getBytes(UTF_8),
        new RecordHeaders(),
        Optional.empty());
  }

  /** Nanoseconds for the devices of one of the users, by chance. */
  private static long lookUp(TokenViewUnderMeasure view, int users) {
    var random = new Random(7);
    UserId[] asked = new UserId[10_000];
    long found = 0;
    long nanos = 0;
    for (int done = 0; done < LOOKUPS; done += asked.length) {
      for (int i = 0; i < asked.length; i++) {
        asked[i] = new UserId(user(random.nextInt(users)));
      }
      long start = THREADS.getCurrentThreadCpuTime();
      for (UserId user : asked) {
        found += view.of(user).size();
      }
      nanos += THREADS.getCurrentThreadCpuTime() - start;
    }
    if (found < LOOKUPS) {
      throw new IllegalStateException("users are missing: " + found);
    }
    return nanos / LOOKUPS;
  }

  private static String user(int index) {
    return "user%012d".formatted(index * 7919L);
  }

  private static String uuid(int index) {
    return new UUID(new Random(index).nextLong(), index).toString();
  }

  /** Bytes in use once nothing more can be collected. */
  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
