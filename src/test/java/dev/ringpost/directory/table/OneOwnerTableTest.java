package dev.ringpost.directory.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.DevicePacker;
import dev.ringpost.directory.table.OneOwnerModel.Registration;
import dev.ringpost.directory.table.OneOwnerModel.Token;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
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

class OneOwnerTableTest {

  private static final String APP = "com.example.phone";

  private final OneOwnerTable table = new OneOwnerTable();
  private final DevicePacker packing = new DevicePacker();

  private DeviceTable.Put put(
      OneOwnerModel.Key key, int partition, long timestamp, @Nullable Registration registration) {
    byte[] payload =
        registration == null
            ? null
            : packing.pack(
                new Device(
                    new DeviceId(key.device()),
                    VoipToken.parse(registration.token().hex()),
                    new BundleId(registration.token().app()),
                    registration.token().environment(),
                    Instant.ofEpochMilli(registration.time()),
                    sealTo(key)));
    return table.put(
        key.user().getBytes(UTF_8), key.device().getBytes(UTF_8), partition, timestamp, payload);
  }

  /** Some have a key and some none, each another one: it is no part of what a token is. */
  private static Optional<SealKey> sealTo(OneOwnerModel.Key key) {
    byte[] bytes = new byte[SealKey.BYTES];
    Arrays.fill(bytes, (byte) (2 + Math.floorMod(key.hashCode(), 100)));
    return key.hashCode() % 2 == 0 ? Optional.empty() : Optional.of(SealKey.ofBytes(bytes));
  }

  private DeviceTable.Put register(String user, String device, String token, long time) {
    var key = new OneOwnerModel.Key(user, device);
    return put(
        key, 0, 0, new Registration(key, new Token(token, APP, Environment.PRODUCTION), time));
  }

  private void remove(String user, String device) {
    put(new OneOwnerModel.Key(user, device), 0, 0, null);
  }

  private Set<String> of(String user) {
    return read(table, user);
  }

  private static Set<String> read(DeviceTable table, String user) {
    Set<String> devices = new TreeSet<>();
    table.read(
        user.getBytes(UTF_8),
        (from, device, payload, _) ->
            assertThat(devices.add(new String(from, device, payload - device, UTF_8))).isTrue());
    return devices;
  }

  @Test
  void aSoldPhoneRingsForItsNewOwnerOnly() {
    register("alice", "phone", "01", 1000);
    register("alice", "tablet", "02", 1000);
    assertThat(of("alice")).containsExactly("phone", "tablet");

    register("bob", "phone", "01", 1001);
    assertThat(of("alice")).containsExactly("tablet");
    assertThat(of("bob")).containsExactly("phone");
  }

  @Test
  void whatWasReadFirstDoesNotMatter() {
    register("bob", "phone", "01", 1001);
    register("alice", "phone", "01", 1000);

    assertThat(of("alice")).isEmpty();
    assertThat(of("bob")).containsExactly("phone");
  }

  @Test
  void whenTheLastRegistrationGoesTheOneBeforeCountsAgain() {
    register("alice", "phone", "01", 1000);
    register("bob", "phone", "01", 1001);
    register("carol", "phone", "01", 1002);
    assertThat(of("bob")).isEmpty();

    remove("carol", "phone");
    assertThat(of("alice")).isEmpty();
    assertThat(of("bob")).containsExactly("phone");

    register("bob", "phone", "02", 1003);
    assertThat(of("alice")).containsExactly("phone");
    assertThat(of("bob")).containsExactly("phone");
  }

  @Test
  void whoRegistersAgainOwnsItAgain() {
    register("alice", "phone", "01", 1000);
    register("bob", "phone", "01", 1001);
    register("alice", "phone", "01", 1002);

    assertThat(of("alice")).containsExactly("phone");
    assertThat(of("bob")).isEmpty();
  }

  @Test
  void ofOneUsersDevicesWithOneTokenTheLastCounts() {
    register("alice", "before", "01", 1000);
    register("alice", "reinstalled", "01", 1001);

    assertThat(of("alice")).containsExactly("reinstalled");
  }

  @Test
  void equalTimesAreDecidedByTheIds() {
    register("bob", "a", "01", 1000);
    register("alice", "b", "01", 1000);
    register("alice", "c", "01", 1000);

    assertThat(of("alice")).containsExactly("b");
    assertThat(of("bob")).isEmpty();
  }

  @Test
  void anotherAppHasAnotherToken() {
    register("alice", "phone", "01", 1000);
    var carol = new OneOwnerModel.Key("carol", "phone");
    put(
        carol,
        0,
        0,
        new Registration(carol, new Token("01", "com.example.b", Environment.PRODUCTION), 2000));

    assertThat(of("alice")).containsExactly("phone");
    assertThat(of("carol")).containsExactly("phone");
  }

  /** The engine tries the other environment: it would ring the phone of whoever has it now. */
  @Test
  void aPhoneThatWasHandedOnRingsNobodyElsesCallsWhateverItsEnvironment() {
    var alice = new OneOwnerModel.Key("alice", "phone");
    put(alice, 0, 0, new Registration(alice, new Token("01", APP, Environment.SANDBOX), 1000));
    register("bob", "phone", "01", 2000);

    assertThat(of("alice")).isEmpty();
    assertThat(of("bob")).containsExactly("phone");
  }

  @Test
  void aPlaceholderUnderMoreUsersThanShareAPhoneRingsForNobody() {
    for (int user = 0; user < TokenOwnerShard.MAX_RIVALS; user++) {
      assertThat(register("user-" + user, "phone", "00", user)).isEqualTo(DeviceTable.Put.TAKEN);
    }
    assertThat(of("user-" + (TokenOwnerShard.MAX_RIVALS - 1))).containsExactly("phone");
    assertThat(register("one more", "phone", "00", 1000)).isEqualTo(DeviceTable.Put.CROWDED);
    assertThat(of("one more")).isEmpty();
    assertThat(of("user-0")).isEmpty();

    remove("one more", "phone");
    assertThat(of("user-0")).isEmpty();
    assertThat(of("user-" + (TokenOwnerShard.MAX_RIVALS - 1))).containsExactly("phone");
  }

  @Test
  void oneTokenUnderAnyNumberOfAUsersDevicesIsOneDevice() {
    int many = 3 * TokenOwnerShard.MAX_RIVALS;
    for (int device = 0; device < many; device++) {
      assertThat(register("alice", "phone-" + device, "01", device))
          .isEqualTo(DeviceTable.Put.TAKEN);
    }
    assertThat(of("alice")).containsExactly("phone-" + (many - 1));

    register("bob", "phone", "01", 10_000);
    assertThat(of("alice")).isEmpty();
    assertThat(of("bob")).containsExactly("phone");

    remove("bob", "phone");
    for (int device = 1; device < many; device++) {
      remove("alice", "phone-" + device);
    }
    assertThat(of("alice")).containsExactly("phone-0");
    register("carol", "phone", "01", 0);
    assertThat(of("carol")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // seed, users, devices of each, tokens, partitions, steps
    "1,      2,     1,               1,      1,          2000",
    "2,      5,     3,               4,      2,          10000",
    "3,      40,    2,               20,     3,          10000",
    "4,      10,    3,               100,    1,          10000",
  })
  void saysWhatAPlainMapSays(
      long seed, int users, int devices, int tokens, int partitions, int steps) {
    var random = new Random(seed);
    var model = new OneOwnerModel();
    for (int step = 0; step < steps; step++) {
      var key =
          new OneOwnerModel.Key(
              "user-" + random.nextInt(users), "device-" + random.nextInt(devices));
      // Few different times, so that many are equal.
      Registration registration =
          random.nextInt(4) == 0
              ? null
              : new Registration(
                  key,
                  new Token(
                      "%04x".formatted(random.nextInt(tokens)),
                      random.nextInt(5) == 0 ? "com.example.other" : APP,
                      random.nextInt(5) == 0 ? Environment.SANDBOX : Environment.PRODUCTION),
                  random.nextInt(10));
      int partition = random.nextInt(partitions);
      long timestamp = random.nextInt(10);
      put(key, partition, timestamp, registration);
      model.put(key, partition, timestamp, registration);

      String user = "user-" + random.nextInt(users);
      assertThat(of(user)).isEqualTo(model.of(user));
    }
    for (int user = 0; user < users; user++) {
      assertThat(of("user-" + user)).isEqualTo(model.of("user-" + user));
    }
  }

  @Test
  void theOrderOfReadingDoesNotMatter() {
    List<Registration> registrations = new ArrayList<>();
    var random = new Random(7);
    for (int i = 0; i < 500; i++) {
      var key = new OneOwnerModel.Key("user-" + i % 50, "device-" + i / 50);
      registrations.add(
          new Registration(
              key,
              new Token("%02x".formatted(random.nextInt(60)), APP, Environment.PRODUCTION),
              random.nextInt(20)));
    }
    registrations.forEach(registration -> put(registration.key(), 0, 0, registration));
    var backwards = new OneOwnerTableTest();
    registrations
        .reversed()
        .forEach(registration -> backwards.put(registration.key(), 0, 0, registration));

    for (int user = 0; user < 50; user++) {
      assertThat(backwards.of("user-" + user)).isEqualTo(of("user-" + user));
    }
  }

  @Test
  void readersAlwaysFindAnOwnerWhileOneWrites() throws Exception {
    register("bob", "phone", "01", 0);
    register("carol", "phone", "01", 0);
    var writing = new AtomicBoolean(true);
    var seen = new AtomicLong();
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> results =
          IntStream.range(0, 2)
              .<Future<?>>mapToObj(_ -> readers.submit(() -> lookUp(writing, seen)))
              .toList();
      try {
        for (int step = 1; step < 20_000 || seen.get() == 0; step++) {
          register("alice", "phone", "01", step);
          register("user-" + step, "phone", "%06x".formatted(step + 2), step);
        }
      } finally {
        writing.set(false);
      }
      for (Future<?> result : results) {
        result.get();
      }
    }
  }

  /** The owner registers again and again, and is the owner at each moment. */
  private void lookUp(AtomicBoolean writing, AtomicLong seen) {
    while (writing.get()) {
      if (!of("alice").isEmpty()) {
        seen.incrementAndGet();
      }
      if (seen.get() > 0) {
        assertThat(of("alice")).containsExactly("phone");
        assertThat(of("bob")).isEmpty();
        assertThat(of("carol")).isEmpty();
      }
      LockSupport.parkNanos(1_000); // else the writer seldom gets its turn on two cores
    }
  }

  @Test
  void nobodySeesAFormerOwnerBesideTheNewOne() throws Exception {
    int sales = 20_000;
    var latest = new AtomicLong();
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> watch =
          readers.submit(
              () -> {
                for (long sale = 0; sale < sales; sale = latest.get()) {
                  if (!of("buyer-" + sale).isEmpty()) {
                    assertThat(of("seller-" + sale)).isEmpty();
                  }
                }
              });
      for (int sale = 0; sale < sales; sale++) {
        String token = "%06x".formatted(sale);
        register("seller-" + sale, "phone", token, 1);
        latest.set(sale);
        register("buyer-" + sale, "phone", token, 2);
      }
      latest.set(sales);
      watch.get();
    }
  }
}
