package dev.ringpost.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.table.PackedHeader;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packed form of devices, with a key and without one. */
@Timeout(30)
class DevicePackerTest {

  private static final int TIME_AND_APP = 7;

  private final DevicePacker packer = new DevicePacker();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_795_521_600_123L, (1L << 46) - 1})
  void aDeviceIsUnpackedAsItWas(long time) {
    // the last ones have their app in full
    for (int app = 0; app <= PackedHeader.MAX_APPS + 1; app++) {
      for (Environment environment : Environment.values()) {
        assertKept(device(app, environment, time, Optional.empty()));
        assertKept(device(app, environment, time, Optional.of(key(app % 100 + 2))));
        assertKept(forAlerts(device(app, environment, time, Optional.empty())));
        assertKept(forAlerts(device(app, environment, time, Optional.of(key(app % 100 + 2)))));
      }
    }
  }

  @Test
  void aDeviceWithoutAKeyPaysNothingForThoseOfOthers() {
    int tokenBytes = 32;

    assertThat(packer.pack(device(1, Environment.SANDBOX, 5, Optional.empty())))
        .hasSize(TIME_AND_APP + tokenBytes);
    assertThat(packer.pack(device(1, Environment.SANDBOX, 5, Optional.of(key(9)))))
        .hasSize(TIME_AND_APP + tokenBytes + SealKey.BYTES);
  }

  @Test
  void aTimeThatNobodyLivesToSeeIsBounded() {
    Device far = device(1, Environment.PRODUCTION, 253_402_300_799_000L, Optional.empty());
    byte[] packed = packer.pack(far);

    assertThat(packer.unpack(far.kind(), far.id(), packed, 0, packed.length))
        .isEqualTo(device(1, Environment.PRODUCTION, (1L << 46) - 1, Optional.empty()));
  }

  private void assertKept(Device device) {
    byte[] packed = packer.pack(device);
    byte[] among = new byte[packed.length + 9];
    Arrays.fill(among, (byte) 0xFF);
    System.arraycopy(packed, 0, among, 4, packed.length);

    assertThat(packer.unpack(device.kind(), device.id(), among, 4, 4 + packed.length))
        .isEqualTo(device);
  }

  private static Device forAlerts(Device device) {
    return new Device(
        device.id(),
        device.token(),
        device.app(),
        device.environment(),
        device.registeredAt(),
        device.sealTo(),
        DeviceKey.Kind.ALERT);
  }

  private static Device device(int app, Environment environment, long time, Optional<SealKey> key) {
    return new Device(
        new DeviceId("phone"),
        VoipToken.parse("ab".repeat(32)),
        new BundleId("com.example.app" + app),
        environment,
        Instant.ofEpochMilli(time),
        key);
  }

  private static SealKey key(int fill) {
    byte[] bytes = new byte[SealKey.BYTES];
    Arrays.fill(bytes, (byte) fill);
    return SealKey.ofBytes(bytes);
  }
}
