package dev.ringpost.directory;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.VoipToken;
import java.util.Arrays;

/** A device as its {@link Stamp}, with the time of registration, and its token. */
final class DevicePacking implements Packing<Device> {

  private final Stamp stamp = new Stamp();

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
}
