package dev.ringpost.tools.dlq;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The letters that a reading found.
 *
 * @param kept those that fit and wait for their turn, in the order of time, within the bounds
 * @param settled those that fit and have their fate, within the bounds
 * @param unlisted how many more have which fate
 * @param reasons how many fit, by reason
 * @param summary what was read
 */
record Letters(
    List<Letter> kept,
    List<Settled> settled,
    Map<Fate, Long> unlisted,
    Map<String, Long> reasons,
    TopicReader.Summary summary) {

  /** The order of time. */
  static final Comparator<Letter> ORDER =
      Comparator.comparing((Letter it) -> it.place().timestamp())
          .thenComparingInt(it -> it.place().partition())
          .thenComparingLong(it -> it.place().offset());

  /** The outline of a letter that has its fate. */
  record Settled(Letter outline, Fate fate) {}

  static Letters read(
      TopicReader reader,
      RingpostConfig config,
      Stretch stretch,
      LetterSorting sorting,
      ReadingProgress progress)
      throws UnreadableTopicsException {
    var letterReader = new LetterReader(new RoomSettings(config).ring());
    TopicReader.Summary summary =
        reader.read(
            List.of(config.topics().deadLetters()),
            stretch,
            envelope -> letterReader.read(envelope).ifPresent(sorting::take),
            progress);
    return sorting.letters(summary);
  }

  /** How many fit. */
  long count() {
    return sum(reasons);
  }

  /** How many fit and wait for their turn, but are not kept. */
  long dropped() {
    return count() - settled.size() - sum(unlisted) - kept.size();
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
