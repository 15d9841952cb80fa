package dev.ringpost.intake;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A set of offsets as runs. It travels in a commit's metadata, so that the next owner of the
 * partition does not ring again what was settled beyond an open head. A replay of dead letters
 * notes in the same way what it has published.
 *
 * @param runs first offset of each run to the first offset behind it
 */
public record SettledOffsets(NavigableMap<Long, Long> runs) {

  public static final SettledOffsets NONE = new SettledOffsets(new TreeMap<>());

  /** Bound on the bytes of one number in a run: 64 bits by sevens. */
  private static final int MAX_VARINT_BYTES = 10;

  /** The room in which any run fits, in bytes; where there is less none is begun. */
  private static final int RUN_ROOM = 2 * MAX_VARINT_BYTES;

  /** Whether an offset lies in one of the runs. */
  public boolean contains(long offset) {
    Map.Entry<Long, Long> run = runs.floorEntry(offset);
    return run != null && offset < run.getValue();
  }

  /** Those before an offset, which is a run's first one, or lies behind them all. */
  SettledOffsets before(long offset) {
    return new SettledOffsets(runs.headMap(offset, false));
  }

  /**
   * The runs as unsigned varints: the gap before a run and the length of it, from {@code base} on.
   * Runs that do not fit into {@code maxBytes} are left out, the last first: they will be rung
   * again.
   */
  public byte[] encode(long base, int maxBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(maxBytes);
    long at = base;
    for (Map.Entry<Long, Long> run : runs.entrySet()) {
      if (bytes.remaining() < RUN_ROOM) {
        break;
      }
      putVarint(bytes, run.getKey() - at);
      putVarint(bytes, run.getValue() - run.getKey());
      at = run.getValue();
    }
    byte[] encoded = new byte[bytes.position()];
    bytes.flip().get(encoded);
    return encoded;
  }

  /**
   * The first offset that may be left out later, by an {@link #encode} with so much room, whatever
   * settles meanwhile. What is written before an offset never passes a byte for each offset that is
   * open there now and the lengths of the runs: in a gap such an offset takes a byte at most, as a
   * run of its own takes one, and joined to a run it makes the length a byte longer at most.
   */
  long sureUntil(long base, int maxBytes) {
    long most = 1; // The first gap may come to nothing, and be written all the same.
    long at = base;
    for (Map.Entry<Long, Long> run : runs.entrySet()) {
      most += run.getKey() - at;
      if (most > maxBytes - RUN_ROOM) {
        return run.getKey();
      }
      most += varintBytes(run.getValue() - run.getKey());
      at = run.getValue();
    }
    return at;
  }

  private static int varintBytes(long value) {
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if somebody else wrote it
   */
  public static SettledOffsets decode(long base, byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    NavigableMap<Long, Long> runs = new TreeMap<>();
    long at = base;
    while (bytes.hasRemaining()) {
      long from = at + getVarint(bytes);
      long to = from + getVarint(bytes);
      if (from < at || to <= from) {
        throw new IllegalArgumentException("runs must rise");
      }
      runs.put(from, to);
      at = to;
    }
    return new SettledOffsets(runs);
  }

  private static void putVarint(ByteBuffer bytes, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
  }

  private static long getVarint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64 && bytes.hasRemaining(); shift += 7) {
      byte part = bytes.get();
      value |= (part & 0x7FL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number ends too early or is too long");
  }

  /** Offsets that are settled one by one, kept as runs; not safe for many threads. */
  public static final class Growing {

    private final NavigableMap<Long, Long> runs;

    public Growing(SettledOffsets first) {
      this.runs = new TreeMap<>(first.runs());
    }

    /** Puts one offset in. */
    public void add(long offset) {
      Map.Entry<Long, Long> before = runs.floorEntry(offset);
      if (before != null && offset < before.getValue()) {
        return;
      }
      Long to = runs.remove(offset + 1);
      long from = before != null && before.getValue() == offset ? before.getKey() : offset;
      runs.put(from, to == null ? offset + 1 : to);
    }

    /** Forgets what lies before an offset. */
    public void forgetBefore(long offset) {
      Map.Entry<Long, Long> before = runs.lowerEntry(offset);
      if (before != null) {
        runs.headMap(offset).clear();
        if (before.getValue() > offset) {
          runs.put(offset, before.getValue());
        }
      }
    }

    /** Forgets an offset and what lies behind it. */
    void forgetFrom(long offset) {
      runs.tailMap(offset, true).clear();
      Map.Entry<Long, Long> last = runs.lastEntry();
      if (last != null && last.getValue() > offset) {
        runs.put(last.getKey(), offset);
      }
    }

    /** As they stand now, the first {@code max} runs of them. */
    public SettledOffsets first(int max) {
      NavigableMap<Long, Long> copy = new TreeMap<>();
      for (Map.Entry<Long, Long> run : runs.entrySet()) {
        if (copy.size() == max) {
          break;
        }
        copy.put(run.getKey(), run.getValue());
      }
      return new SettledOffsets(copy);
    }
  }
}
