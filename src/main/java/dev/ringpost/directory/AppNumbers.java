package dev.ringpost.directory;

import dev.ringpost.call.BundleId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a bundle id as one byte: there are few apps and many phones. Should there be more than
 * {@link #MAX_NUMBERED} (somebody took a wrong field for the bundle id), the others are written in
 * full. One thread writes, any number read what it has written.
 */
final class AppNumbers {

  /** Bound on apps that have a number. */
  static final int MAX_NUMBERED = 255;

  private static final int IN_FULL = MAX_NUMBERED;

  private final Map<BundleId, Integer> numbers = new HashMap<>();
  private volatile List<BundleId> apps = List.of();

  /** What stands for an app; at most two bytes more than its name. */
  byte[] write(BundleId app) {
    Integer number = numbers.get(app);
    if (number == null && apps.size() < MAX_NUMBERED) {
      number = apps.size();
      var more = new ArrayList<>(apps);
      more.add(app);
      apps = List.copyOf(more);
      numbers.put(app, number);
    }
    if (number != null) {
      return new byte[] {number.byteValue()};
    }
    byte[] name = app.value().getBytes(StandardCharsets.UTF_8);
    byte[] written = new byte[3 + name.length];
    written[0] = (byte) IN_FULL;
    written[1] = (byte) (name.length >> Byte.SIZE);
    written[2] = (byte) name.length;
    System.arraycopy(name, 0, written, 3, name.length);
    return written;
  }

  BundleId read(byte[] from, int at) {
    int number = from[at] & 0xFF;
    return number == IN_FULL
        ? new BundleId(new String(from, at + 3, nameLength(from, at), StandardCharsets.UTF_8))
        : apps.get(number);
  }

  /** Where the next thing begins. */
  static int end(byte[] from, int at) {
    return (from[at] & 0xFF) == IN_FULL ? at + 3 + nameLength(from, at) : at + 1;
  }

  private static int nameLength(byte[] from, int at) {
    return (from[at + 1] & 0xFF) << Byte.SIZE | (from[at + 2] & 0xFF);
  }
}
