package dev.ringpost.tools.dlq;

import dev.ringpost.tools.records.TopicReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The sorting of letters as they are read. Those that wait for their turn are kept; of those whose
 * fate is known there is an outline or a count, and none of them takes the place of one that waits.
 * So who runs again comes to those that had no place. For one thread.
 */
final class LetterSorting {

  private final LetterFilter filter;
  private final Function<Letter, Optional<Fate>> known;
  private final LetterBounds bounds;
  private final List<Letter> kept = new ArrayList<>();
  private final List<Letters.Settled> settled = new ArrayList<>();
  private final Map<Fate, Long> unlisted = new EnumMap<>(Fate.class);
  private final Map<String, Long> reasons = new TreeMap<>();
  private long bytes;

  /**
   * @param known the fate of a letter, where it is known
   */
  LetterSorting(LetterFilter filter, Function<Letter, Optional<Fate>> known, LetterBounds bounds) {
    this.filter = filter;
    this.known = known;
    this.bounds = bounds;
  }

  /** A sorting by which every letter that fits waits. */
  static LetterSorting of(LetterFilter filter) {
    return new LetterSorting(filter, _ -> Optional.empty(), LetterBounds.OF_ONE_READING);
  }

  /** Takes the next letter. */
  void take(Letter letter) {
    if (!filter.fits(letter)) {
      return;
    }
    reasons.merge(letter.reason(), 1L, Long::sum);
    Optional<Fate> fate = known.apply(letter);
    if (fate.isEmpty()) {
      keep(letter);
    } else if (settled.size() < bounds.letters()) {
      settled.add(new Letters.Settled(letter.outline(), fate.get()));
    } else {
      unlisted.merge(fate.get(), 1L, Long::sum);
    }
  }

  private void keep(Letter letter) {
    if (kept.size() < bounds.letters()) {
      bytes += letter.envelope().bytes();
      if (bytes <= bounds.bytes()) {
        kept.add(letter);
      }
    }
  }

  /** What was taken. */
  Letters letters(TopicReader.Summary summary) {
    return new Letters(
        kept.stream().sorted(Letters.ORDER).toList(),
        List.copyOf(settled),
        Map.copyOf(unlisted),
        reasons,
        summary);
  }
}
