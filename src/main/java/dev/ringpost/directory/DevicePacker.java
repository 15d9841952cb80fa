package dev.ringpost.directory;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.table.PackedHeader;
import dev.ringpost.directory.table.Packer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A device as its {@link PackedHeader}, with the time of registration and the key to seal to, and
 * its token.
 */
public final class DevicePacker implements Packer<Device> {

  private static final byte[] NO_KEY = {};

  private final PackedHeader stamp = new PackedHeader();

  @Override
  public byte[] pack(Device device) {
    return stamp.pack(
        device.environment(),
        device.registeredAt(),
        device.sealTo().map(SealKey::bytes).orElse(NO_KEY),
        device.app(),
        device.token().bytes());
  }

  @Override
  public Device unpack(DeviceId device, byte[] from, int start, int end) {
    byte[] key = stamp.key(from, start);
    byte[] token = Arrays.copyOfRange(from, stamp.rest(from, start), end);
    return new Device(
        device,
        VoipToken.ofBytes(token),
        stamp.app(from, start),
        stamp.environment(from, start),
        stamp.time(from, start),
        key.length == 0 ? Optional.empty() : Optional.of(SealKey.ofBytes(key)));
  }

  @Override
  public List<BundleId> apps() {
    return stamp.apps();
  }

  @Override
  public void restore(List<BundleId> apps) {
    stamp.restore(apps);
  }
}
