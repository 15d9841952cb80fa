package dev.ringpost.polling;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The failure of a poll as Kafka's client tells it: what went wrong is wrapped in hints, and the
 * partition is named in words only.
 */
public record PollFailure(Throwable thrown) {

  /** Bound on causes that are looked at. */
  private static final int LONGEST_CHAIN = 20;

  /** The one partition that its words name; empty if they name none, or several. */
  public Optional<TopicPartition> partition(Collection<TopicPartition> among) {
    List<String> texts =
        chain().map(Throwable::getMessage).filter(Objects::nonNull).distinct().toList();
    List<TopicPartition> named =
        among.stream()
            .filter(partition -> texts.stream().anyMatch(asWord(partition).asPredicate()))
            .toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }

  /** The innermost cause. */
  public Throwable innermost() {
    return chain().reduce((_, deeper) -> deeper).orElse(thrown);
  }

  /**
   * Whether the records may well be good: this process lacks what reads them, such as a library for
   * their compression that could not be loaded. They must not be given up.
   */
  public boolean isForWantOfCode() {
    return innermost() instanceof Error;
  }

  private Stream<Throwable> chain() {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(LONGEST_CHAIN);
  }

  /** Its name as a word, which a full stop may follow. */
  private static Pattern asWord(TopicPartition partition) {
    return Pattern.compile(
        "(?<![\\w.-])" + Pattern.quote(partition.toString()) + "(?![\\w-]|\\.[\\w-])");
  }
}
