package dev.ringpost.directory.table;

import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of one user at one moment.
 *
 * @param shown what counts, in no order
 * @param handedOn what only may be told of: see {@link DeviceTable.Reader#handedOn}
 */
public record UserValues<T>(List<T> shown, List<T> handedOn) {

  /** Those of nobody. */
  public static <T> UserValues<T> none() {
    return new UserValues<>(List.of(), List.of());
  }

  /**
   * Those that a table has.
   *
   * @param user the user that the table knows
   * @param kind the kind of the user's keys
   */
  public static <T> UserValues<T> of(
      DeviceTable table, byte[] user, DeviceKey.Kind kind, Packer<T> packing) {
    var unpacking = new Unpacking<>(kind, packing);
    table.read(user, unpacking);
    return new UserValues<>(unpacking.shown, unpacking.handedOn);
  }

  /** A reader that unpacks what it is shown. */
  private static final class Unpacking<T> implements DeviceTable.Reader {

    private final DeviceKey.Kind kind;
    private final Packer<T> packing;
    private final List<T> shown = new ArrayList<>(2);
    private List<T> handedOn = List.of();

    Unpacking(DeviceKey.Kind kind, Packer<T> packing) {
      this.kind = kind;
      this.packing = packing;
    }

    @Override
    public void entry(byte[] from, int device, int payload, int end) {
      shown.add(value(from, device, payload, end));
    }

    @Override
    public void handedOn(byte[] from, int device, int payload, int end) {
      if (handedOn.isEmpty()) {
        handedOn = new ArrayList<>(1); // few users have any
      }
      handedOn.add(value(from, device, payload, end));
    }

    private T value(byte[] from, int device, int payload, int end) {
      var id = new DeviceId(new String(from, device, payload - device, StandardCharsets.UTF_8));
      return packing.unpack(kind, id, from, payload, end);
    }
  }
}
