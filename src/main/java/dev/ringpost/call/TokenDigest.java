package dev.ringpost.call;

import java.util.regex.Pattern;

/**
 * The name by which a token may be spoken of: the first 12 hex digits of SHA-256 of the normalised
 * token. The same in every log, result and topic, so that support can search for it. Twelve digits
 * are few enough to collide by chance across a fleet: never compare digests without their key.
 */
public record TokenDigest(String value) {

  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{12}");

  public TokenDigest {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("a token digest is 12 lower-case hex digits");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
