package dev.ringpost.directory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How an entry of a {@link CompactTable} lies in the bytes of a chunk: 21 bytes of header, then the
 * user, the device and the payload without anything between them. Every method takes the chunk and
 * the place of the entry's first byte.
 */
final class Entry {

  /** Flag: the newest record of this key says that there is nothing. */
  static final int VOID = 1;

  /** Flag: the same key has a newer record on another partition. */
  static final int SHADOWED = 2;

  /** Flag: nothing points here any more. */
  static final int GARBAGE = 4;

  /** Flag: a sweep has seen this void before. */
  static final int AGED = 8;

  /** Largest timestamp that fits, in milliseconds since 1970: it lies in the year 10889. */
  static final long MAX_TIMESTAMP = (1L << 48) - 1;

  private static final int NEXT = 0;
  private static final int LENGTH = 4;
  private static final int FLAGS = 6;
  private static final int USER_LENGTH = 7;
  private static final int DEVICE_LENGTH = 9;
  private static final int PARTITION = 11;
  private static final int TIMESTAMP = 15;
  private static final int KEY = 21;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private Entry() {}

  static int length(int userLength, int deviceLength, int payloadLength) {
    return KEY + userLength + deviceLength + payloadLength;
  }

  /** Writes everything but the next entry. */
  static void write(
      byte[] chunk,
      int at,
      int flags,
      byte[] user,
      byte[] device,
      int partition,
      long timestamp,
      byte[] payload) {
    SHORT.set(chunk, at + LENGTH, (short) length(user.length, device.length, payload.length));
    setFlags(chunk, at, flags);
    SHORT.set(chunk, at + USER_LENGTH, (short) user.length);
    SHORT.set(chunk, at + DEVICE_LENGTH, (short) device.length);
    INT.set(chunk, at + PARTITION, partition);
    writeTime(chunk, at + TIMESTAMP, timestamp);
    System.arraycopy(user, 0, chunk, at + KEY, user.length);
    System.arraycopy(device, 0, chunk, at + KEY + user.length, device.length);
    System.arraycopy(payload, 0, chunk, at + KEY + user.length + device.length, payload.length);
  }

  /** The next entry of the same user. */
  static int next(byte[] chunk, int at) {
    return (int) INT.get(chunk, at + NEXT);
  }

  static void setNext(byte[] chunk, int at, int next) {
    INT.set(chunk, at + NEXT, next);
  }

  /** Bytes of the whole entry. */
  static int length(byte[] chunk, int at) {
    return unsigned(chunk, at + LENGTH);
  }

  static int flags(byte[] chunk, int at) {
    return chunk[at + FLAGS];
  }

  static void setFlags(byte[] chunk, int at, int flags) {
    chunk[at + FLAGS] = (byte) flags;
  }

  static boolean is(byte[] chunk, int at, int flag) {
    return (flags(chunk, at) & flag) != 0;
  }

  static int partition(byte[] chunk, int at) {
    return (int) INT.get(chunk, at + PARTITION);
  }

  /** The record's timestamp, in milliseconds since 1970. */
  static long timestamp(byte[] chunk, int at) {
    return readTime(chunk, at + TIMESTAMP);
  }

  static int userStart(int at) {
    return at + KEY;
  }

  static int userEnd(byte[] chunk, int at) {
    return at + KEY + unsigned(chunk, at + USER_LENGTH);
  }

  static int deviceEnd(byte[] chunk, int at) {
    return userEnd(chunk, at) + unsigned(chunk, at + DEVICE_LENGTH);
  }

  static boolean hasUser(byte[] chunk, int at, byte[] from, int start, int end) {
    return Arrays.equals(chunk, userStart(at), userEnd(chunk, at), from, start, end);
  }

  static boolean hasDevice(byte[] chunk, int at, byte[] device) {
    int start = userEnd(chunk, at);
    int length = unsigned(chunk, at + DEVICE_LENGTH);
    return length == device.length
        && Arrays.equals(chunk, start, start + length, device, 0, length);
  }

  /**
   * Writes a time in six bytes; one before 1970 or beyond {@link #MAX_TIMESTAMP} is moved there.
   */
  static void writeTime(byte[] to, int at, long millis) {
    long bounded = Math.clamp(millis, 0, MAX_TIMESTAMP);
    SHORT.set(to, at, (short) (bounded >>> 32));
    INT.set(to, at + 2, (int) bounded);
  }

  static long readTime(byte[] from, int at) {
    return ((long) unsigned(from, at) << 32) | ((int) INT.get(from, at + 2) & 0xFFFF_FFFFL);
  }

  private static int unsigned(byte[] chunk, int at) {
    return (short) SHORT.get(chunk, at) & 0xFFFF;
  }
}
