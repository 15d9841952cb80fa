package dev.ringpost.tools.dlq;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The letters that a reading found.
 *
 * @param kept those that fit, in the order of time, within the bounds
 * @param reasons how many fit, by reason
 * @param summary what was read
 */
record Letters(List<Letter> kept, Map<String, Long> reasons, TopicReader.Summary summary) {

  /** Bound on the letters that are kept; those beyond it are counted only. */
  static final int MAX_KEPT = 10_000;

  /** Bound on the bytes of the letters that are kept. */
  static final long MAX_BYTES = 64L << 20;

  private static final Comparator<Letter> ORDER =
      Comparator.comparing((Letter it) -> it.place().timestamp())
          .thenComparingInt(it -> it.place().partition())
          .thenComparingLong(it -> it.place().offset());

  static Letters read(
      TopicReader reader,
      RingpostConfig config,
      Stretch stretch,
      LetterFilter filter,
      ReadingProgress progress)
      throws UnreadableTopicsException {
    var letterReader = new LetterReader(new RoomSettings(config).ring());
    List<Letter> kept = new ArrayList<>();
    var bytes = new AtomicLong();
    Map<String, Long> reasons = new TreeMap<>();
    TopicReader.Summary summary =
        reader.read(
            List.of(config.topics().deadLetters()),
            stretch,
            envelope ->
                letterReader
                    .read(envelope)
                    .filter(filter::fits)
                    .ifPresent(
                        letter -> {
                          reasons.merge(letter.reason(), 1L, Long::sum);
                          if (kept.size() < MAX_KEPT
                              && bytes.addAndGet(envelope.bytes()) <= MAX_BYTES) {
                            kept.add(letter);
                          }
                        }),
            progress);
    kept.sort(ORDER);
    return new Letters(List.copyOf(kept), reasons, summary);
  }

  /** How many fit. */
  long count() {
    return reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many fit, but are not kept. */
  long dropped() {
    return count() - kept.size();
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
