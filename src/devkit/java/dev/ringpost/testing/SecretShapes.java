package dev.ringpost.testing;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shapes of secrets: a device token, a private key, a provider token. Whosever they are, no
 * text that Ringpost writes has one. It says where one stands, and does not repeat it.
 */
public final class SecretShapes {

  /** How much of the line in front of it is shown. */
  private static final int SHOWN = 80;

  private static final Map<String, Pattern> SHAPES =
      Map.of(
          "a device token",
          Pattern.compile("(?<![0-9a-zA-Z])[0-9a-fA-F]{64,}(?![0-9a-zA-Z])"),
          "a private key",
          Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----"),
          "a provider token",
          Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\."));

  private SecretShapes() {}

  /** What was found first in a text, in words for whoever looks for its writer. */
  public static Optional<String> in(String text) {
    for (var shape : SHAPES.entrySet()) {
      Matcher found = shape.getValue().matcher(text);
      if (found.find()) {
        return Optional.of(
            "%s at character %d, after \"%s\""
                .formatted(shape.getKey(), found.start(), before(text, found.start())));
      }
    }
    return Optional.empty();
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
