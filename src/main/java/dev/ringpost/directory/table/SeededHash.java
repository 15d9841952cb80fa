package dev.ringpost.directory.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/** The hash of names and tokens: seeded, so that nobody outside can choose names that share one. */
final class SeededHash {

  /** The upper bits of a hash choose the shard. */
  static final int SHARD_BITS = 7;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What the hashes of this process begin with. */
  private static final long SEED;

  /** What each part of a name is multiplied with: odd, so that none is lost. */
  private static final long FACTOR;

  static {
    var random = new SecureRandom();
    SEED = random.nextLong();
    FACTOR = random.nextLong() | 1;
  }

  private SeededHash() {}

  /**
   * A hash whose bits depend on all bytes and on this process' seed: nobody outside can choose
   * names that share one. Users that differ in one digit land far apart.
   */
  static int of(byte[] bytes, int start, int end) {
    int length = end - start;
    long hash = SEED ^ length;
    int at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = mix((hash ^ (long) LONG.get(bytes, at)) * FACTOR);
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = rest << Byte.SIZE | (bytes[at] & 0xFF);
    }
    return (int) (mix((hash ^ rest) * FACTOR) >>> 32);
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014, in Stafford's variant 13). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
