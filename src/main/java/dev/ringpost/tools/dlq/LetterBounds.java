package dev.ringpost.tools.dlq;

/**
 * The bounds on what is kept of the letters of one reading; those beyond them are counted only.
 *
 * @param letters how many
 * @param bytes of how many bytes, with key, value and headers
 */
public record LetterBounds(int letters, long bytes) {

  /** What holds for every command. */
  static final LetterBounds OF_ONE_READING = new LetterBounds(10_000, 64L << 20);
}
