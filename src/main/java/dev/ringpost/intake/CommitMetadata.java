package dev.ringpost.intake;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * The note in a commit's metadata for the partition's next owner: when the former owner was last
 * alive, and what it settled beyond the committed offset.
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
  private static final int MAX_RUN_BYTES = (MAX_LENGTH - MAX_HEAD_LENGTH) / 4 * 3;

  /** Bound on the runs of a note, for each is two numbers of at least a byte. */
  static final int MAX_RUNS = MAX_RUN_BYTES / 2;

  /**
   * The note as text, for a commit of {@code offset}.
   *
   * @param maxLength bound on it, in characters; empty text if not even a note without offsets fits
   */
  String encode(long offset, int maxLength) {
    if (maxLength < MAX_HEAD_LENGTH) {
      return "";
    }
    String runs =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(settled.encode(offset, (maxLength - MAX_HEAD_LENGTH) / 4 * 3));
    String head = FORMAT + ' ' + committedAt.toEpochMilli() + ' ' + runs;
    return epoch.map(highest -> head + ' ' + highest).orElse(head);
  }

  /** Reads a note; metadata that somebody else wrote is none. */
  static Optional<CommitMetadata> decode(long offset, String metadata) {
    String[] parts = metadata.split(" ", -1);
    if (parts.length < 3 || parts.length > 4 || !parts[0].equals(FORMAT)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new CommitMetadata(
              Instant.ofEpochMilli(Long.parseLong(parts[1])),
              SettledOffsets.decode(offset, Base64.getUrlDecoder().decode(parts[2])),
              parts.length == 3 ? Optional.empty() : Optional.of(Integer.valueOf(parts[3]))));
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }
}
