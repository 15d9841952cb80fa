package dev.ringpost.intake;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * What a commit says to the partition's next owner, in the commit's metadata: when the former owner
 * was last alive, and what it settled beyond the committed offset.
 *
 * @param committedAt the former owner's wall clock
 * @param settled offsets not to be rung again
 */
record CommitNote(Instant committedAt, SettledOffsets settled) {

  /** Bound on a note, in characters: the broker's default {@code offset.metadata.max.bytes}. */
  static final int MAX_LENGTH = 4096;

  private static final String FORMAT = "ringpost-1";
  private static final int MAX_HEAD_LENGTH = 64;
  private static final int MAX_RUN_BYTES = (MAX_LENGTH - MAX_HEAD_LENGTH) / 4 * 3;

  /** Bound on the runs of a note, for each is two numbers of at least a byte. */
  static final int MAX_RUNS = MAX_RUN_BYTES / 2;

  /** The note as text, for a commit of {@code offset}. */
  String encode(long offset) {
    return FORMAT
        + ' '
        + committedAt.toEpochMilli()
        + ' '
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(settled.encode(offset, MAX_RUN_BYTES));
  }

  /** Reads a note; metadata that somebody else wrote is none. */
  static Optional<CommitNote> decode(long offset, String metadata) {
    String[] parts = metadata.split(" ", -1);
    if (parts.length != 3 || !parts[0].equals(FORMAT)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new CommitNote(
              Instant.ofEpochMilli(Long.parseLong(parts[1])),
              SettledOffsets.decode(offset, Base64.getUrlDecoder().decode(parts[2]))));
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }
}
