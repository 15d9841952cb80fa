package dev.ringpost.directory.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.DevicePacker;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The table that is saved, restored and given the records that came since, beside one that has read
 * everything: it may be saved in the midst of a change.
 */
@Timeout(120)
class SavedTableTest {

  private static final int PARTITIONS = 3;
  private static final int USERS = 60;

  /** The kind of table. */
  enum Kind {
    COMPACT(CompactTable::new),
    ONE_OWNER(OneOwnerTable::new);

    @SuppressWarnings("ImmutableEnumChecker") // a constructor
    private final Supplier<DeviceTable> empty;

    Kind(Supplier<DeviceTable> empty) {
      this.empty = empty;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Appended(
      String user, String device, int partition, long time, byte @Nullable [] payload) {

    void putInto(DeviceTable table) {
      table.put(user.getBytes(UTF_8), device.getBytes(UTF_8), partition, time, payload);
    }
  }

  private final DevicePacker packing = new DevicePacker();

  /** Records of few users and tokens, so that they meet; a third of them are removals. */
  private List<Appended> log(int count, int seed) {
    var random = new Random(seed);
    List<Appended> log = new ArrayList<>();
    for (int time = 0; time < count; time++) {
      String user = "user-" + random.nextInt(USERS);
      String device = "device-" + random.nextInt(3);
      byte[] payload = random.nextInt(3) == 0 ? null : payload(random.nextInt(40), time);
      log.add(new Appended(user, device, random.nextInt(PARTITIONS), time, payload));
    }
    return log;
  }

  private byte[] payload(int token, long time) {
    String hex = "%02x".formatted(token).repeat(1 + token % 3);
    return packing.pack(
        new Device(
            new DeviceId("device"),
            VoipToken.parse(hex),
            new BundleId("com.example.phone"),
            Environment.PRODUCTION,
            Instant.ofEpochMilli(time),
            sealTo(time)));
  }

  /** Some have a key and some none: it is no part of what a token is. */
  private static Optional<SealKey> sealTo(long time) {
    byte[] bytes = new byte[SealKey.BYTES];
    Arrays.fill(bytes, (byte) (2 + Math.floorMod(time, 100)));
    return time % 2 == 0 ? Optional.empty() : Optional.of(SealKey.ofBytes(bytes));
  }

  private static DeviceTable copy(Kind kind, DeviceTable from) throws IOException {
    DeviceTable restored = kind.empty.get();
    from.save(restored::restore);
    restored.restored();
    return restored;
  }

  private static Map<String, Set<String>> content(DeviceTable table) {
    Map<String, Set<String>> content = new HashMap<>();
    for (int user = 0; user < USERS; user++) {
      Set<String> devices = new TreeSet<>();
      table.read(
          ("user-" + user).getBytes(UTF_8),
          (from, device, payload, end) ->
              devices.add(
                  new String(from, device, payload - device, UTF_8)
                      + HexFormat.of().formatHex(from, payload, end)));
      content.put("user-" + user, devices);
    }
    return content;
  }

  private static void assertSame(DeviceTable restored, DeviceTable original) {
    assertThat(content(restored)).isEqualTo(content(original));
    assertThat(Stream.of(restored.live(), restored.tombstones(), restored.shadowed()))
        .containsExactly(original.live(), original.tombstones(), original.shadowed());
  }

  @ParameterizedTest
  @EnumSource
  void holdsWhatWasSaved(Kind kind) throws Exception {
    DeviceTable original = kind.empty.get();
    log(5000, 1).forEach(record -> record.putInto(original));

    assertSame(copy(kind, original), original);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnAsIfNothingHadHappened(Kind kind) throws Exception {
    DeviceTable original = kind.empty.get();
    List<Appended> log = log(6000, 2);
    log.subList(0, 3000).forEach(record -> record.putInto(original));
    DeviceTable restored = copy(kind, original);
    for (Appended record : log.subList(3000, 6000)) {
      record.putInto(original);
      record.putInto(restored);
    }

    assertSame(restored, original);
  }

  @ParameterizedTest
  @EnumSource
  void recordsThatItHasAlreadyChangeNothing(Kind kind) throws Exception {
    List<Appended> log = log(6000, 3);
    DeviceTable original = kind.empty.get();
    log.forEach(record -> record.putInto(original));
    for (int from : new int[] {0, 1, 3000, 5999}) {
      DeviceTable restored = copy(kind, original);
      log.subList(from, log.size()).forEach(record -> record.putInto(restored));

      assertSame(restored, original);
    }
  }

  @ParameterizedTest
  @EnumSource
  void mayBeSavedWhileItIsWrittenTo(Kind kind) throws Exception {
    List<Appended> log = log(200_000, 4);
    DeviceTable original = kind.empty.get();
    int marked = 100_000;
    log.subList(0, marked).forEach(record -> record.putInto(original));
    var begun = new CountDownLatch(1);
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (Appended record : log.subList(marked, log.size())) {
                    record.putInto(original);
                    begun.countDown();
                  }
                });
    begun.await();
    List<DeviceTable> copies = new ArrayList<>();
    do {
      copies.add(copy(kind, original));
    } while (writer.isAlive() && copies.size() < 20);
    writer.join();
    for (DeviceTable restored : copies) {
      log.subList(marked, log.size()).forEach(record -> record.putInto(restored));
      assertSame(restored, original);
    }
  }

  @Test
  void whatWasReplacedIsNotSaved() throws Exception {
    var table = new CompactTable();
    byte[] first = new byte[40];
    Arrays.fill(first, (byte) 7);
    new Appended("alice", "phone", 0, 1, first).putInto(table);
    new Appended("alice", "phone", 0, 2, new byte[] {9}).putInto(table);
    List<Integer> lengths = new ArrayList<>();
    table.save(
        (from, length) -> {
          lengths.add(length);
          assertThat(Arrays.copyOf(from, length)).doesNotContain((byte) 7, (byte) 7, (byte) 7);
        });

    assertThat(lengths).containsExactly(19 + "alice".length() + "phone".length() + 1);
  }

  @Test
  void anEmptyTableIsNothing() throws Exception {
    new CompactTable().save((_, _) -> assertThat(true).as("a block").isFalse());
  }

  @Test
  void whatIsNoEntryIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompactTable().restore(new byte[100], 100));
    byte[] beyond = new byte[100];
    beyond[5] = 101;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompactTable().restore(beyond, beyond.length));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompactTable().restore(new byte[10], 10));
  }
}
