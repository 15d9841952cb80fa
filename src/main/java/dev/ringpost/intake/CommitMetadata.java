package dev.ringpost.intake;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The note in a commit's metadata for the partition's next owner: when the former owner was last
 * alive, and what it settled beyond the committed offset. Its form is that of the first version,
 * which knew no epochs, so that workers of both versions read it from each other.
 *
 * @param committedAt the former owner's wall clock
 * @param settled offsets not to be rung again
 * @param epoch the highest of the leaders that appended them, if known: a record at such an offset
 *     that a later leader appended is another one
 */
record CommitMetadata(Instant committedAt, SettledOffsets settled, Optional<Integer> epoch) {

  /** What nobody said. */
  static final CommitMetadata NONE =
      new CommitMetadata(Instant.EPOCH, SettledOffsets.NONE, Optional.empty());

  /** Bound on a note, in characters: the broker's default {@code offset.metadata.max.bytes}. */
  static final int MAX_LENGTH = 4096;

  private static final String FORMAT = "ringpost-1";
  private static final int MAX_HEAD_LENGTH = 64;

  /** Bound on the runs of a note, for each is two numbers of at least a byte. */
  static final int MAX_RUNS = runBytes(MAX_LENGTH) / 2;

  /**
   * A run that begins here or further on is none of offsets, for no log is that long: its length
   * tells the epoch. To a worker that knows no epochs it is a run that it never comes to.
   */
  private static final long BEYOND_ANY_LOG = 1L << 62;

  /** The room that the run of the epoch is given, in bytes; it takes 14 at most. */
  private static final int EPOCH_ROOM = 20;

  /**
   * The note as text, for a commit of {@code offset}.
   *
   * @param maxLength bound on it, in characters; empty text if not even a note without offsets fits
   */
  String encode(long offset, int maxLength) {
    if (maxLength < MAX_HEAD_LENGTH) {
      return "";
    }
    byte[] runs = settled.encode(offset, runBytes(maxLength));
    byte[] last = epoch.map(CommitMetadata::run).orElse(new byte[0]);
    byte[] all = ByteBuffer.allocate(runs.length + last.length).put(runs).put(last).array();
    return FORMAT
        + ' '
        + committedAt.toEpochMilli()
        + ' '
        + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /** The room for runs in a note of so many characters, in bytes. */
  static int runBytes(int maxLength) {
    return Math.max(0, (maxLength - MAX_HEAD_LENGTH) / 4 * 3);
  }

  /** The run that tells an epoch, to be put behind all others. */
  private static byte[] run(int epoch) {
    var run = new TreeMap<>(Map.of(BEYOND_ANY_LOG, BEYOND_ANY_LOG + 1 + epoch));
    return new SettledOffsets(run).encode(0, EPOCH_ROOM);
  }

  /**
   * Reads a note; metadata that somebody else wrote is none. The epoch may stand in a part of its
   * own, as it did for a while.
   */
  static Optional<CommitMetadata> decode(long offset, String metadata) {
    String[] parts = metadata.split(" ", -1);
    if (parts.length < 3 || parts.length > 4 || !parts[0].equals(FORMAT)) {
      return Optional.empty();
    }
    try {
      SettledOffsets all = SettledOffsets.decode(offset, Base64.getUrlDecoder().decode(parts[2]));
      return Optional.of(
          new CommitMetadata(
              Instant.ofEpochMilli(Long.parseLong(parts[1])),
              new SettledOffsets(all.runs().headMap(BEYOND_ANY_LOG, false)),
              parts.length == 3 ? epoch(all) : Optional.of(epoch(Long.parseLong(parts[3])))));
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<Integer> epoch(SettledOffsets all) {
    Map.Entry<Long, Long> last = all.runs().lastEntry();
    return last == null || last.getKey() < BEYOND_ANY_LOG
        ? Optional.empty()
        : Optional.of(epoch(last.getValue() - last.getKey() - 1));
  }

  private static int epoch(long told) {
    if (told < 0 || told > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("no leader has this epoch: " + told);
    }
    return (int) told;
  }
}
