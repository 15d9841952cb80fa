package dev.ringpost.testing;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The shapes of what is secret: a device token, a private key, a provider token, a {@link
 * MarkedSecret}, a payload, a caller. Whosever they are, no log, page, result or header that
 * Ringpost writes has one. It says where one stands, and does not repeat it.
 */
public final class SecretShapes {

  /** How much of the line in front of it is shown. */
  private static final int SHOWN = 80;

  /** What stands right before an address in a text that shows what one looks like. */
  private static final String EXAMPLE =
      "(?<!--caller )(?<!such as \\{\"uri\": \")(?<!such as \\{\\\\\"uri\\\\\": \\\\\")";

  /** Callers of tests have a SIP address or a telephone's, and nobody else's is ever written. */
  private static final Map<String, Pattern> SHAPES =
      Map.of(
          "a device token",
          Pattern.compile("(?<![0-9a-zA-Z])[0-9a-fA-F]{64,}(?![0-9a-zA-Z])"),
          "a private key",
          Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----"),
          "a provider token",
          Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\."),
          "a marked secret",
          MarkedSecret.shape(),
          "a payload",
          Pattern.compile("(?:\"|&quot;)(?:aps|caller)\\\\?(?:\"|&quot;)\\s*:\\s*\\{"),
          "a caller's address",
          Pattern.compile(EXAMPLE + "(?i)\\b(?:sips?:[^\\s\"'<>@]+@|tel:\\+?[0-9])"),
          "a caller's name",
          Pattern.compile("\\bBob\\b"));

  /** The place in a text where a shape was found. */
  private record Found(String shape, int at) {}

  private SecretShapes() {}

  /** What was found first in a text, in words for whoever looks for its writer. */
  public static Optional<String> in(String text) {
    return SHAPES.entrySet().stream()
        .flatMap(shape -> found(shape.getKey(), shape.getValue(), text))
        .min(Comparator.comparingInt(Found::at))
        .map(
            found ->
                "%s at character %d, after \"%s\""
                    .formatted(found.shape(), found.at(), before(text, found.at())));
  }

  private static Stream<Found> found(String shape, Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .limit(1)
        .map(MatchResult::start)
        .map(at -> new Found(shape, at));
  }

  private static String before(String text, int at) {
    int line = text.lastIndexOf('\n', at) + 1;
    return text.substring(Math.max(line, at - SHOWN), at);
  }

  /**
   * Looks at what was written somewhere.
   *
   * @throws IllegalStateException if a secret is in it
   */
  public static void noneIn(String place, String text) {
    in(text)
        .ifPresent(
            found -> {
              throw new IllegalStateException(place + " holds " + found);
            });
  }
}
