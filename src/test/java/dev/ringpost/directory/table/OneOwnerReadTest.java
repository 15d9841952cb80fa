package dev.ringpost.directory.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.DevicePacker;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readings of a user's devices in the midst of which the table changes: between the copy of what
 * the user has and the search for who else has the second token.
 */
@Timeout(10)
class OneOwnerReadTest {

  private final OneOwnerTable table = new OneOwnerTable();
  private final DevicePacker packing = new DevicePacker();

  /** Bob had both phones before, so that each token has a rival that must be looked at. */
  @BeforeEach
  void fill() {
    register("bob", "a", "01", 1);
    register("bob", "b", "02", 1);
    register("alice", "a", "01", 1000);
    register("alice", "b", "02", 1000);
  }

  /** Else the token would ring under neither device, for the new one is not in the copy. */
  @Test
  void whatTheUserRegistersMeanwhileIsNoneOfThisReading() {
    assertThat(alice(second -> register("alice", "c", token(second), 2000)))
        .containsExactly("a", "b");

    assertThat(alice(_ -> {})).hasSize(2).contains("c");
  }

  @Test
  void whatTheUserRenewsMeanwhileIsShown() {
    assertThat(alice(second -> register("alice", second, token(second), 2000)))
        .containsExactly("a", "b");
  }

  @Test
  void whatAnotherUserRegistersMeanwhileCounts() {
    assertThat(alice(second -> register("bob", second, token(second), 2000))).hasSize(1);
  }

  /**
   * Alice's devices that are shown.
   *
   * @param meanwhile is told the device that is looked at next, while the first one is shown
   */
  private Set<String> alice(Consumer<String> meanwhile) {
    Set<String> shown = new TreeSet<>();
    table.read(
        "alice".getBytes(UTF_8),
        (from, device, payload, _) -> {
          String name = new String(from, device, payload - device, UTF_8);
          if (shown.isEmpty()) {
            meanwhile.accept(name.equals("a") ? "b" : "a");
          }
          assertThat(shown.add(name)).isTrue();
        });
    return shown;
  }

  private static String token(String device) {
    return device.equals("a") ? "01" : "02";
  }

  private void register(String user, String device, String token, long time) {
    byte[] payload =
        packing.pack(
            new Device(
                new DeviceId(device),
                VoipToken.parse(token),
                new BundleId("com.example.phone"),
                Environment.PRODUCTION,
                Instant.ofEpochMilli(time),
                Optional.empty()));
    var _ = table.put(user.getBytes(UTF_8), device.getBytes(UTF_8), 0, 0, payload);
  }
}
