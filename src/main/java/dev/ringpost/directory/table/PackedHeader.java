package dev.ringpost.directory.table;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The beginning that both kinds of values share when they are packed: the time (to the millisecond,
 * rounded down; one before 1970 becomes 1970) in six bytes, environment and app in one. There are
 * few apps and many phones, so an app is a number. Should there be more than {@link #MAX_APPS}
 * (somebody took a wrong field for the bundle id), the others are written in full. One thread
 * packs, any number unpack.
 */
public final class PackedHeader {

  /** Bound on apps that have a number. */
  public static final int MAX_APPS = 127;

  /** Bytes of the time. What follows is the same for the same app and environment. */
  static final int TIME_LENGTH = 6;

  private static final int IN_FULL = MAX_APPS;

  private static final int APP = TIME_LENGTH;
  private static final int NAME_LENGTH = 7;
  private static final int NAME = 9;

  private final Map<BundleId, Integer> numbers = new HashMap<>();
  private volatile List<BundleId> apps = List.of();

  /** Packs the three and what follows them. */
  public byte[] pack(Environment environment, Instant time, BundleId app, byte[] rest) {
    int number = number(app);
    byte[] name = app.value().getBytes(StandardCharsets.UTF_8);
    int start = number == IN_FULL ? NAME + name.length : NAME_LENGTH;
    byte[] packed = new byte[start + rest.length];
    Entry.writeTime(packed, 0, time.toEpochMilli());
    packed[APP] = (byte) (number << 1 | (environment == Environment.SANDBOX ? 1 : 0));
    if (number == IN_FULL) {
      Entry.writeUnsigned(packed, NAME_LENGTH, name.length);
      System.arraycopy(name, 0, packed, NAME, name.length);
    }
    System.arraycopy(rest, 0, packed, start, rest.length);
    return packed;
  }

  private int number(BundleId app) {
    Integer known = numbers.get(app);
    if (known != null) {
      return known;
    }
    int number = apps.size();
    if (number == MAX_APPS) {
      return IN_FULL;
    }
    List<BundleId> more = new ArrayList<>(apps);
    more.add(app);
    apps = List.copyOf(more);
    numbers.put(app, number);
    return number;
  }

  /** The apps that have a number, in the order of these. */
  public List<BundleId> apps() {
    return apps;
  }

  /** Gives apps the same numbers again; before anything is packed. */
  public void restore(List<BundleId> numbered) {
    numbered.forEach(this::number);
  }

  public Instant time(byte[] from, int start) {
    return Instant.ofEpochMilli(Entry.readTime(from, start));
  }

  public Environment environment(byte[] from, int start) {
    return (from[start + APP] & 1) == 1 ? Environment.SANDBOX : Environment.PRODUCTION;
  }

  public BundleId app(byte[] from, int start) {
    int number = writtenNumber(from, start);
    if (number < IN_FULL) {
      return apps.get(number);
    }
    int length = Entry.unsigned(from, start + NAME_LENGTH);
    return new BundleId(new String(from, start + NAME, length, StandardCharsets.UTF_8));
  }

  /** Where the rest begins. */
  public int rest(byte[] from, int start) {
    return writtenNumber(from, start) == IN_FULL
        ? start + NAME + Entry.unsigned(from, start + NAME_LENGTH)
        : start + NAME_LENGTH;
  }

  private static int writtenNumber(byte[] from, int start) {
    return (from[start + APP] & 0xFF) >> 1;
  }
}
