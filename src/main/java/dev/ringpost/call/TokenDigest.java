package dev.ringpost.call;

/**
 * The name by which a token may be spoken of: the first 12 hex digits of SHA-256 of the normalised
 * token. The same in every log, result and topic, so that support can search for it. Twelve digits
 * are few enough to collide by chance across a fleet: never compare digests without their key.
 */
public record TokenDigest(String value) {

  private static final int DIGITS = 12;

  public TokenDigest {
    if (!isDigest(value)) {
      throw new IllegalArgumentException("a token digest is 12 lower-case hex digits");
    }
  }

  /** A loop and no pattern: one is made for every push. */
  private static boolean isDigest(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return value.length() == DIGITS;
  }

  @Override
  public String toString() {
    return value;
  }
}
