package dev.ringpost.call;

/**
 * The common rules for every id: it is not empty, not longer than its bound, and text that UTF-8
 * can carry. JSON can spell half a surrogate pair, which no topic, header or UUID could tell from
 * another.
 */
public final class Bounds {

  /** The exception for a text that is no id; it says why and never holds the text. */
  public static final class UnfitTextException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String rule;

    private UnfitTextException(String name, String rule) {
      super(name + " " + rule);
      this.rule = rule;
    }

    /** What the text must be, without a name before it, such as {@code must have 1 to 9 …}. */
    public String rule() {
      return rule;
    }
  }

  private Bounds() {}

  static void requireText(String name, String value, int max) {
    if (value.isEmpty() || value.length() > max) {
      throw new UnfitTextException(
          name, "must have 1 to " + max + " characters, not " + value.length());
    }
    if (hasSurrogates(value) && value.codePoints().anyMatch(Bounds::isHalfOfPair)) {
      throw new UnfitTextException(name, "must not hold half a surrogate pair");
    }
  }

  /** The quick look that spares nearly every id the careful one: millions are read at a start. */
  private static boolean hasSurrogates(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isSurrogate(value.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a code point is a surrogate that has no partner. */
  static boolean isHalfOfPair(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
