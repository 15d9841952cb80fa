package dev.ringpost.directory.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.DevicePacker;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The report of a registration whose token counts elsewhere. */
@Timeout(30)
class HandedOnTest {

  private final OneOwnerTable table = new OneOwnerTable();
  private final DevicePacker packing = new DevicePacker();

  private void register(String user, String device, String token, long time) {
    byte[] payload =
        packing.pack(
            new Device(
                new DeviceId(device),
                VoipToken.parse(token),
                new BundleId("com.example.phone"),
                Environment.PRODUCTION,
                Instant.ofEpochMilli(time)));
    table.put(user.getBytes(UTF_8), device.getBytes(UTF_8), 0, 0, payload);
  }

  private UserValues<Device> of(String user) {
    return UserValues.of(table, user.getBytes(UTF_8), DeviceKey.Kind.VOIP, packing);
  }

  private List<String> handedOn(String user) {
    return of(user).handedOn().stream().map(device -> device.id().value()).toList();
  }

  private List<String> shown(String user) {
    return of(user).shown().stream().map(device -> device.id().value()).sorted().toList();
  }

  @Test
  void aSoldPhoneIsToldOfItsFormerOwner() {
    register("alice", "phone", "01", 1000);
    register("alice", "tablet", "02", 1000);
    assertThat(handedOn("alice")).isEmpty();

    register("bob", "his", "01", 1001);
    assertThat(handedOn("alice")).containsExactly("phone");
    assertThat(shown("alice")).containsExactly("tablet");
    assertThat(handedOn("bob")).isEmpty();

    table.put("bob".getBytes(UTF_8), "his".getBytes(UTF_8), 0, 1, null);
    assertThat(handedOn("alice")).isEmpty();
    assertThat(shown("alice")).containsExactly("phone", "tablet");
  }

  /** The user has the phone still, so nothing is to be told. */
  @Test
  void aDeviceThatAnotherOfItsUserStandsForIsNot() {
    register("alice", "before", "01", 1000);
    register("alice", "reinstalled", "01", 1001);
    assertThat(handedOn("alice")).isEmpty();
    assertThat(shown("alice")).containsExactly("reinstalled");

    register("bob", "his", "01", 1002);
    assertThat(handedOn("alice")).containsExactly("reinstalled");
    assertThat(shown("alice")).isEmpty();
  }

  @Test
  void aPlaceholderIsToldOfEachOfItsUsers() {
    for (int user = 0; user <= TokenOwnerShard.MAX_RIVALS; user++) {
      register("user-" + user, "phone", "00", user);
    }

    for (int user = 0; user <= TokenOwnerShard.MAX_RIVALS; user++) {
      assertThat(handedOn("user-" + user)).containsExactly("phone");
      assertThat(shown("user-" + user)).isEmpty();
    }
  }
}
