package dev.ringpost.directory.table;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The beginning that both kinds of values share when they are packed: the time (to the millisecond,
 * rounded down; one before 1970 becomes 1970) and the environment in six bytes, the app in one.
 * There are few apps and many phones, so an app is a number. Should there be more than {@link
 * #MAX_APPS} (somebody took a wrong field for the bundle id), the others are written in full. One
 * thread packs, any number unpack.
 */
public final class PackedHeader {

  /** Bound on apps that have a number. */
  public static final int MAX_APPS = 127;

  /** Bytes of the time. */
  private static final int TIME_LENGTH = 6;

  /** Bytes of a key, which few values have: it stands between the time and what is compared. */
  public static final int KEY_LENGTH = 32;

  /** Set in the time's first byte if a key follows it. */
  private static final int KEYED = 0x80;

  /** Set there for the sandbox. It stands before what is compared: see {@link #identity}. */
  private static final int SANDBOX = 0x40;

  /** A time has 46 bits, enough until 4199. */
  static final long MAX_TIME = (1L << 46) - 1;

  private static final int IN_FULL = MAX_APPS;

  private static final int APP = TIME_LENGTH;
  private static final int NAME_LENGTH = 7;
  private static final int NAME = 9;

  private static final byte[] NO_KEY = {};

  private final Map<BundleId, Integer> numbers = new HashMap<>();
  private volatile List<BundleId> apps = List.of();

  /** Packs the three and what follows them. */
  public byte[] pack(Environment environment, Instant time, BundleId app, byte[] rest) {
    return pack(environment, time, NO_KEY, app, rest);
  }

  /**
   * Packs the three, a key and what follows them.
   *
   * @param key of {@link #KEY_LENGTH} bytes; without any if there is none, which then costs none
   */
  public byte[] pack(Environment environment, Instant time, byte[] key, BundleId app, byte[] rest) {
    int number = number(app);
    byte[] name = app.value().getBytes(StandardCharsets.UTF_8);
    int start = key.length + (number == IN_FULL ? NAME + name.length : NAME_LENGTH);
    byte[] packed = new byte[start + rest.length];
    Entry.writeTime(packed, 0, Math.min(time.toEpochMilli(), MAX_TIME));
    if (key.length > 0) {
      packed[0] |= (byte) KEYED;
      System.arraycopy(key, 0, packed, TIME_LENGTH, key.length);
    }
    if (environment == Environment.SANDBOX) {
      packed[0] |= (byte) SANDBOX;
    }
    packed[key.length + APP] = (byte) number;
    if (number == IN_FULL) {
      Entry.writeUnsigned(packed, key.length + NAME_LENGTH, name.length);
      System.arraycopy(name, 0, packed, key.length + NAME, name.length);
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
    return Instant.ofEpochMilli(millis(from, start));
  }

  /** The time, whether a key follows it or not. */
  static long millis(byte[] from, int start) {
    return Entry.readTime(from, start) & MAX_TIME;
  }

  /**
   * Where what is the same for the same token and app begins; it ends the value. The environment is
   * no part of it: a token is one phone's, whatever environment somebody registered it for.
   */
  static int identity(byte[] from, int start) {
    return start + keyLength(from, start) + TIME_LENGTH;
  }

  /** The key; without any bytes if there is none. */
  public byte[] key(byte[] from, int start) {
    return Arrays.copyOfRange(
        from, start + TIME_LENGTH, start + TIME_LENGTH + keyLength(from, start));
  }

  private static int keyLength(byte[] from, int start) {
    return (from[start] & KEYED) == 0 ? 0 : KEY_LENGTH;
  }

  public Environment environment(byte[] from, int start) {
    return (from[start] & SANDBOX) == 0 ? Environment.PRODUCTION : Environment.SANDBOX;
  }

  public BundleId app(byte[] from, int start) {
    int number = writtenNumber(from, start);
    if (number < IN_FULL) {
      return apps.get(number);
    }
    int shifted = start + keyLength(from, start);
    int length = Entry.unsigned(from, shifted + NAME_LENGTH);
    return new BundleId(new String(from, shifted + NAME, length, StandardCharsets.UTF_8));
  }

  /** Where the rest begins. */
  public int rest(byte[] from, int start) {
    int shifted = start + keyLength(from, start);
    return writtenNumber(from, start) == IN_FULL
        ? shifted + NAME + Entry.unsigned(from, shifted + NAME_LENGTH)
        : shifted + NAME_LENGTH;
  }

  private static int writtenNumber(byte[] from, int start) {
    return from[start + keyLength(from, start) + APP];
  }
}
