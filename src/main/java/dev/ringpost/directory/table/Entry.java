package dev.ringpost.directory.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The layout of an entry of a {@link CompactTable} in the bytes of a chunk: 19 bytes of header,
 * then the user, the device and the payload without anything between them. Every method takes the
 * chunk and the place of the entry's first byte.
 */
final class Entry {

  /** Flag: the newest record of this key says that there is nothing. */
  static final int TOMBSTONE = 1;

  /** Flag: the same key has a newer record on another partition. */
  static final int SHADOWED = 2;

  /** Flag: nothing points here any more. */
  static final int GARBAGE = 4;

  /** Flag: a sweep has seen this tombstone before. */
  static final int AGED = 8;

  /** Bound on the bytes of a user and of a device; ids of 256 characters have at most 768. */
  static final int MAX_NAME = (1 << 12) - 1;

  /** Bound on the number of a partition. */
  static final int MAX_PARTITION = (1 << 24) - 1;

  /** Largest time that fits, in milliseconds since 1970: it lies in the year 10889. */
  static final long MAX_TIME = (1L << 48) - 1;

  private static final int NEXT = 0;
  private static final int LENGTH = 4;

  /** Eight bits of flags, twelve each of the lengths of user and device. */
  private static final int SHAPE = 6;

  private static final int FLAGS = SHAPE;
  private static final int PARTITION = 10;
  private static final int TIMESTAMP = 13;
  private static final int KEY = 19;

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
    writeUnsigned(chunk, at + LENGTH, length(user.length, device.length, payload.length));
    INT.set(chunk, at + SHAPE, flags << 24 | user.length << 12 | device.length);
    chunk[at + PARTITION] = (byte) (partition >> 16);
    writeUnsigned(chunk, at + PARTITION + 1, partition);
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
    return (chunk[at + PARTITION] & 0xFF) << 16 | unsigned(chunk, at + PARTITION + 1);
  }

  /** The record's timestamp, in milliseconds since 1970. */
  static long timestamp(byte[] chunk, int at) {
    return readTime(chunk, at + TIMESTAMP);
  }

  static int userStart(int at) {
    return at + KEY;
  }

  static int userEnd(byte[] chunk, int at) {
    return at + KEY + (shape(chunk, at) >> 12 & MAX_NAME);
  }

  static int deviceEnd(byte[] chunk, int at) {
    return userEnd(chunk, at) + (shape(chunk, at) & MAX_NAME);
  }

  /**
   * Where an entry of a block ends.
   *
   * @param length bytes of the block
   * @throws IllegalArgumentException if there is no whole entry
   */
  static int end(byte[] block, int at, int length) {
    if (at + KEY <= length) {
      int end = at + length(block, at);
      if (end <= length && deviceEnd(block, at) <= end) {
        return end;
      }
    }
    throw new IllegalArgumentException("no entry at " + at + " of a block of " + length + " bytes");
  }

  private static int shape(byte[] chunk, int at) {
    return (int) INT.get(chunk, at + SHAPE);
  }

  static boolean hasUser(byte[] chunk, int at, byte[] from, int start, int end) {
    return Arrays.equals(chunk, userStart(at), userEnd(chunk, at), from, start, end);
  }

  static boolean hasDevice(byte[] chunk, int at, byte[] device) {
    return Arrays.equals(chunk, userEnd(chunk, at), deviceEnd(chunk, at), device, 0, device.length);
  }

  /** Writes a time in six bytes; one before 1970 or beyond {@link #MAX_TIME} is moved there. */
  static void writeTime(byte[] to, int at, long millis) {
    long bounded = Math.clamp(millis, 0, MAX_TIME);
    writeUnsigned(to, at, (int) (bounded >>> 32));
    INT.set(to, at + 2, (int) bounded);
  }

  static long readTime(byte[] from, int at) {
    return ((long) unsigned(from, at) << 32) | Integer.toUnsignedLong((int) INT.get(from, at + 2));
  }

  /** Writes the lower half of a number in two bytes. */
  static void writeUnsigned(byte[] to, int at, int number) {
    SHORT.set(to, at, (short) number);
  }

  static int unsigned(byte[] from, int at) {
    return (short) SHORT.get(from, at) & 0xFFFF;
  }
}
