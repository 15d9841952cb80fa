package dev.ringpost.directory;

/**
 * The view that a follower shows to others, and how far it is. One thread writes; any reads,
 * without a lock. Who asks for the moment and then for the view gets one that is no further behind,
 * also while a topic is read anew and its view takes the place of another.
 *
 * @param <V> the view
 */
final class ShownView<V> {

  private volatile V view;
  private volatile boolean loaded;
  private volatile long atEnd;

  /**
   * @param empty shown until there is another
   * @param now nanoseconds of the monotonic clock
   */
  ShownView(V empty, long now) {
    this.view = empty;
    this.atEnd = now;
  }

  /** Shows a view that is being read, where none was whole yet. */
  void inPart(V read) {
    view = read;
  }

  /**
   * Shows a view that had every record at a moment. The moment last, so that nobody takes the old
   * view for one that is up to date.
   *
   * @return whether it is another view than before, or the first that is whole
   */
  boolean whole(V read, long moment) {
    boolean other = !loaded || !view.equals(read);
    if (other) {
      view = read;
      loaded = true;
    }
    atEnd = moment;
    return other;
  }

  V view() {
    return view;
  }

  /** Whether a view was whole once. */
  boolean loaded() {
    return loaded;
  }

  /** The last moment at which the view is known to have had every record, in nanoseconds. */
  long atEnd() {
    return atEnd;
  }
}
