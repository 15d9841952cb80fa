package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The words by which secrets of tests are known. A passphrase, a password, a bearer token, a key of
 * webhooks or a text of {@code custom} has one of them in it, and nothing else has; so it is found
 * wherever it is printed, whichever test it is from.
 */
public final class MarkedSecret {

  /** A text that an invite's {@code custom} has. */
  public static final String CUSTOM = "s3cret of caller and callee";

  private static final List<String> MARKS = List.of("hunter2", "s3cret", "sesame");

  private MarkedSecret() {}

  /**
   * A secret that a fixture was given.
   *
   * @throws IllegalArgumentException if it could not be told from other text
   */
  public static String of(String secret) {
    String text = secret.toLowerCase(Locale.ROOT);
    if (MARKS.stream().noneMatch(text::contains)) {
      throw new IllegalArgumentException("a test's secret needs one of the words " + MARKS);
    }
    return secret;
  }

  /** As above, or no secret at all. */
  public static String orNone(String secret) {
    return secret.isEmpty() ? secret : of(secret);
  }

  /** What finds the words, as they are or anywhere in a text that is in Base64. */
  static Pattern shape() {
    String plain = MARKS.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    String encoded =
        MARKS.stream()
            .flatMap(MarkedSecret::inBase64)
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile("(?i:" + plain + ")|" + encoded);
  }

  /** The characters that only depend on the word: it begins at one of three places of a group. */
  private static Stream<String> inBase64(String mark) {
    return IntStream.range(0, 3)
        .mapToObj(
            before -> {
              byte[] bytes = ("\0".repeat(before) + mark).getBytes(US_ASCII);
              String text = Base64.getEncoder().encodeToString(bytes);
              return text.substring((before * 8 + 5) / 6, bytes.length * 8 / 6);
            });
  }
}
