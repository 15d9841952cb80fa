package dev.ringpost.tools.dlq;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The fates that letters have before their turn: a replay has done them before, or has nothing to
 * publish for them. One that a signal ended is not known yet; it is over soon.
 *
 * @param notes what was replayed, by partition
 * @param evenIfOver whether those go too whose call is over
 * @param now when it is looked whether they are
 */
record KnownFates(Map<Integer, ReplayNote> notes, boolean evenIfOver, Instant now) {

  /** The fate of a letter; empty for one that waits for its turn. */
  Optional<Fate> of(Letter letter) {
    ReplayNote note = notes.get(letter.place().partition());
    long offset = letter.place().offset();
    if (note != null && note.contains(offset)) {
      return Optional.of(note.uncertain().contains(offset) ? Fate.UNCERTAIN : Fate.BEFORE);
    }
    if (note == null || letter.read().isEmpty()) {
      return Optional.of(Fate.UNREADABLE);
    }
    return letter.isOver(now) && !evenIfOver ? Optional.of(Fate.OVER) : Optional.empty();
  }
}
