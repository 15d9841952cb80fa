package dev.ringpost.directory;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.table.PackedHeader;
import dev.ringpost.directory.table.Packer;
import java.util.Arrays;
import java.util.List;

/** A device as its {@link PackedHeader}, with the time of registration, and its token. */
public final class DevicePacker implements Packer<Device> {

  private final PackedHeader stamp = new PackedHeader();

  @Override
  public byte[] pack(Device device) {
    return stamp.pack(
        device.environment(), device.registeredAt(), device.app(), device.token().bytes());
  }

  @Override
  public Device unpack(DeviceId device, byte[] from, int start, int end) {
    byte[] token = Arrays.copyOfRange(from, stamp.rest(from, start), end);
    return new Device(
        device,
        VoipToken.ofBytes(token),
        stamp.app(from, start),
        stamp.environment(from, start),
        stamp.time(from, start));
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
