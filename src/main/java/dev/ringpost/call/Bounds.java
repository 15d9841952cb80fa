package dev.ringpost.call;

/** What every id has in common: it is not empty and not longer than its bound. */
final class Bounds {

  private Bounds() {}

  static void requireLength(String name, String value, int max) {
    if (value.isEmpty() || value.length() > max) {
      throw new IllegalArgumentException(
          name + " must have 1 to " + max + " characters, not " + value.length());
    }
  }
}
