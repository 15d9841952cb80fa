package dev.ringpost.call;

import java.util.Optional;

/**
 * The user who calls, as the callee's phone shows them.
 *
 * @param uri the caller's address, such as {@code sip:bob@example.com}
 * @param name what the phone shows; see {@link #of}
 */
public record Caller(String uri, Optional<String> name) {

  /** Bound on an address, in characters: it is not ours to cut, so a longer one is refused. */
  public static final int MAX_URI_LENGTH = 1024;

  /** Bound on a name, in characters; a longer one is cut, for it must never cost a call. */
  public static final int MAX_NAME_LENGTH = 128;

  public Caller {
    Bounds.requireText("caller.uri", uri, MAX_URI_LENGTH);
  }

  /**
   * A caller whose name is made fit to show: control characters, the bidirectional controls that
   * could reorder the screen and halves of surrogate pairs are removed, then it is cut at {@link
   * #MAX_NAME_LENGTH} without splitting a code point. A name of which nothing is left is no name.
   */
  public static Caller of(String uri, Optional<String> name) {
    return new Caller(
        uri, name.map(Caller::fit).map(String::strip).filter(text -> !text.isEmpty()));
  }

  private static String fit(String name) {
    var shown = new StringBuilder(Math.min(name.length(), MAX_NAME_LENGTH));
    int at = 0;
    while (at < name.length()) {
      int c = name.codePointAt(at);
      at += Character.charCount(c);
      if (Character.isISOControl(c) || isBidiControl(c) || Bounds.isHalfOfPair(c)) {
        continue;
      }
      if (shown.length() + Character.charCount(c) > MAX_NAME_LENGTH) {
        break;
      }
      shown.appendCodePoint(c);
    }
    return shown.toString();
  }

  /** The characters of Unicode's property Bidi_Control (UAX #9). */
  private static boolean isBidiControl(int c) {
    return c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
