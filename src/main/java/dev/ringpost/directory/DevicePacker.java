package dev.ringpost.directory;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.table.PackedHeader;
import dev.ringpost.directory.table.Packer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A device as its {@link PackedHeader}, with the time of registration and the key to seal to, and
 * its token. Behind the token of a registration for alerts there is one byte more, so that it is
 * never the same token as one that rings: an app that registers its VoIP token for both by mistake
 * must not stop its calls.
 */
public final class DevicePacker implements Packer<Device> {

  private static final byte[] NO_KEY = {};

  /** Bytes behind the token of a registration for alerts. */
  private static final int MARK = 1;

  private final PackedHeader stamp = new PackedHeader();

  @Override
  public byte[] pack(Device device) {
    return stamp.pack(
        device.environment(),
        device.registeredAt(),
        device.sealTo().map(SealKey::bytes).orElse(NO_KEY),
        device.app(),
        device.kind() == DeviceKey.Kind.ALERT
            ? Arrays.copyOf(device.token().bytes(), device.token().bytes().length + MARK)
            : device.token().bytes());
  }

  @Override
  public Device unpack(DeviceKey.Kind kind, DeviceId device, byte[] from, int start, int end) {
    byte[] key = stamp.key(from, start);
    int tokenEnd = kind == DeviceKey.Kind.ALERT ? end - MARK : end;
    byte[] token = Arrays.copyOfRange(from, stamp.rest(from, start), tokenEnd);
    return new Device(
        device,
        VoipToken.ofBytes(token),
        stamp.app(from, start),
        stamp.environment(from, start),
        stamp.time(from, start),
        key.length == 0 ? Optional.empty() : Optional.of(SealKey.ofBytes(key)),
        kind);
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
