package dev.ringpost.directory;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/**
 * The beginning of a topic's reading: with which view, and from where. Used by the thread that
 * reads.
 *
 * @param <V> the view
 */
interface Beginning<V extends MaterializedView> {

  /**
   * The view and the position that a reading begins with.
   *
   * @param view empty, or what the topic had below the positions of the start
   */
  record Begun<V>(V view, StartPosition start) {}

  /**
   * The topic that is about to be read.
   *
   * @param asked answers questions about it
   * @param goesOn false once the thread is to end; to be asked every second at least
   * @param wasLoaded whether a view of the topic has been loaded before
   */
  record Topic(
      Uuid id, int partitions, TopicPoller asked, BooleanSupplier goesOn, boolean wasLoaded) {}

  /** What there is to look at before the topic is known. */
  V empty();

  /** A view of a topic; the first time and each time that the one before is of no use any more. */
  Begun<V> begin(Topic topic);

  /** The same beginning each time. */
  static <V extends MaterializedView> Beginning<V> of(Supplier<V> newView, StartPosition start) {
    return new Beginning<>() {
      @Override
      public V empty() {
        return newView.get();
      }

      @Override
      public Begun<V> begin(Topic topic) {
        return new Begun<>(newView.get(), start);
      }
    };
  }
}
