package dev.ringpost.tools.records;

/** A listener to how far a reading is. */
@FunctionalInterface
public interface ReadingProgress {

  /**
   * Is told after each batch.
   *
   * @param read offsets behind us
   * @param all offsets of the whole reading
   */
  void at(long read, long all);
}
