package dev.ringpost.tools.dlq;

import dev.ringpost.intake.SettledOffsets;
import dev.ringpost.tools.records.SoleOwner;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The note of what was replayed of one partition of dead letters. All before its offset was; what
 * lies beyond stands in the commit's metadata, for a choice leaves others in between, which stay to
 * be replayed.
 *
 * @param offset the first letter that was not replayed
 * @param replayed what was replayed beyond it
 * @param underWay the letter that may have been published since
 * @param uncertain letters of which nobody can tell any more; not kept in the commit apart
 */
record ReplayNote(
    long offset, SettledOffsets replayed, Optional<UnderWay> underWay, Set<Long> uncertain) {

  /** Bound on a note, in characters: the broker's default {@code offset.metadata.max.bytes}. */
  static final int MAX_LENGTH = 4096;

  private static final String FORMAT = "ringpost-replay-1";

  /** The format's name, three numbers and what parts them. */
  private static final int MAX_REST_LENGTH = 96;

  private static final int MAX_RUN_BYTES = (MAX_LENGTH - MAX_REST_LENGTH) / 4 * 3;

  /**
   * A letter that is about to be published.
   *
   * @param letter its offset
   * @param partition where its invite goes
   * @param end the first offset that the invite can have there
   */
  record UnderWay(long letter, int partition, long end) {}

  /**
   * The note in a partition's commit. What was deleted by its topic's retention is forgotten.
   *
   * @throws UnreadableTopicsException if the commit has metadata that a replay did not write
   */
  static ReplayNote of(SoleOwner.Standing standing) throws UnreadableTopicsException {
    Optional<SoleOwner.Commit> commit =
        standing.commit().filter(it -> it.offset() <= standing.end());
    return commit.isEmpty()
        ? none(standing.begin())
        : read(commit.get()).startingAt(standing.begin());
  }

  /** The note of one who has replayed nothing yet. */
  static ReplayNote none(long offset) {
    return new ReplayNote(offset, SettledOffsets.NONE, Optional.empty(), Set.of());
  }

  private static ReplayNote read(SoleOwner.Commit commit) throws UnreadableTopicsException {
    if (commit.metadata().isEmpty()) {
      return none(commit.offset());
    }
    String[] parts = commit.metadata().split(" ", -1);
    if ((parts.length == 2 || parts.length == 5) && parts[0].equals(FORMAT)) {
      try {
        return new ReplayNote(
            commit.offset(),
            SettledOffsets.decode(commit.offset(), Base64.getUrlDecoder().decode(parts[1])),
            parts.length == 2
                ? Optional.empty()
                : Optional.of(
                    new UnderWay(
                        Long.parseLong(parts[2]),
                        Integer.parseInt(parts[3]),
                        Long.parseLong(parts[4]))),
            Set.of());
      } catch (IllegalArgumentException _) {
        // told below, like another's
      }
    }
    throw new UnreadableTopicsException(
        "the group of replays has a commit that no replay wrote; what was replayed is not known");
  }

  private ReplayNote startingAt(long begin) {
    return begin <= offset ? this : advanced(begin, replayed, underWay, uncertain);
  }

  /** Whether a letter was replayed, or may have been. */
  boolean contains(long letter) {
    return letter < offset || replayed.contains(letter);
  }

  /** The note before a letter is published. */
  ReplayNote beginning(UnderWay letter) {
    return new ReplayNote(offset, replayed, Optional.of(letter), uncertain);
  }

  /** The note once it is known that the letter under way was not published. */
  ReplayNote withoutUnderWay() {
    return new ReplayNote(offset, replayed, Optional.empty(), uncertain);
  }

  /** The note once a letter was published. */
  ReplayNote with(long letter) {
    var growing = new SettledOffsets.Growing(replayed);
    growing.add(letter);
    return advanced(offset, growing.first(Integer.MAX_VALUE), Optional.empty(), uncertain);
  }

  /** The note once nobody can tell any more whether the letter was published. */
  ReplayNote withUncertain(long letter) {
    ReplayNote note = with(letter);
    Set<Long> all = new HashSet<>(uncertain);
    all.add(letter);
    return new ReplayNote(note.offset, note.replayed, note.underWay, Set.copyOf(all));
  }

  /** The offset goes over the runs that follow on it. */
  private static ReplayNote advanced(
      long offset, SettledOffsets replayed, Optional<UnderWay> underWay, Set<Long> uncertain) {
    var growing = new SettledOffsets.Growing(replayed);
    growing.forgetBefore(offset);
    long at = offset;
    Map.Entry<Long, Long> first = growing.first(1).runs().firstEntry();
    if (first != null && first.getKey() == at) {
      at = first.getValue();
      growing.forgetBefore(at);
    }
    return new ReplayNote(at, growing.first(Integer.MAX_VALUE), underWay, uncertain);
  }

  /**
   * The commit that keeps it.
   *
   * @throws UnreadableTopicsException if it has no room for all runs, so that a later replay would
   *     repeat some
   */
  SoleOwner.Commit commit() throws UnreadableTopicsException {
    byte[] runs = replayed.encode(offset, MAX_RUN_BYTES);
    if (!SettledOffsets.decode(offset, runs).equals(replayed)) {
      throw new UnreadableTopicsException(
          "no room to note more letters out of order; replay those between them first, from offset "
              + offset
              + " on, or wait until they are deleted");
    }
    String text = FORMAT + ' ' + Base64.getUrlEncoder().withoutPadding().encodeToString(runs);
    return new SoleOwner.Commit(
        offset,
        underWay
            .map(it -> text + ' ' + it.letter() + ' ' + it.partition() + ' ' + it.end())
            .orElse(text));
  }
}
