package dev.ringpost.call;

import java.util.Optional;
import java.util.regex.Pattern;

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

  private static final String TEL = "tel:";
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:");
  private static final Pattern PASSWORD_AND_PARAMETERS = Pattern.compile("[:;].*$", Pattern.DOTALL);

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

  /**
   * The part of the address that a person would dial or know: what stands between the scheme and
   * the host, without a password and parameters, as it is written. The whole address where that is
   * nothing, as in {@code sip:example.com}; never empty.
   */
  public String user() {
    int at = uri.indexOf('@');
    if (at < 0 && !uri.regionMatches(true, 0, TEL, 0, TEL.length())) {
      return uri;
    }
    String beforeHost = SCHEME.matcher(at < 0 ? uri : uri.substring(0, at)).replaceFirst("");
    String user = PASSWORD_AND_PARAMETERS.matcher(beforeHost).replaceFirst("");
    return user.isEmpty() ? uri : user;
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
