package dev.ringpost.directory.table;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import java.util.List;

/**
 * A codec from a value to the payload of a {@link CompactTable}'s entry and back. One thread packs,
 * any number unpack.
 *
 * @param <T> the value
 */
public interface Packer<T> {

  byte[] pack(T value);

  /**
   * The value that {@code from} holds between {@code start} and {@code end}.
   *
   * @param kind that of the key under which it stood
   */
  T unpack(DeviceKey.Kind kind, DeviceId device, byte[] from, int start, int end);

  /** The apps that have a number in what was packed, in the order of these. */
  List<BundleId> apps();

  /** Gives apps the same numbers again; before anything is packed. */
  void restore(List<BundleId> apps);
}
