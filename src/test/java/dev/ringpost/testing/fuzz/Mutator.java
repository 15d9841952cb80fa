package dev.ringpost.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A maker of spoilt inputs from good ones: bits and bytes change, pieces go missing, double, or
 * come from another input, and words appear that decoders have met badly. Not safe for many
 * threads.
 */
final class Mutator {

  /** Bound on an input, in bytes; twice what an invite may have. */
  static final int MAX_BYTES = 128 * 1024;

  /** Bound on the changes of one input. */
  private static final int MAX_CHANGES = 6;

  /** The longest run of one repeated piece, in times. */
  private static final int MAX_REPEATS = 5_000;

  private static final List<byte[]> WORDS =
      List.of(
              "null",
              "true",
              "{}",
              "[]",
              "[[[[",
              "{\"a\":",
              "\"",
              "\\",
              "\\u0000",
              "\\ud800",
              "\u0000",
              "\ufeff",
              "\uD83D\uDE00",
              "ü",
              "%",
              "%00",
              "%zz",
              "&",
              ";",
              ":voip",
              "-1",
              "0",
              "1e999",
              "1E-999999999",
              "99999999999999999999",
              "9223372036854775807",
              "-9223372036854775808",
              "2147483648",
              "NaN",
              "Infinity",
              "1970-01-01T00:00:00Z",
              "-999999999-01-01T00:00:00Z",
              "+999999999-12-31T23:59:59.999999999Z",
              "2026-02-30T25:61:61Z",
              "!!java.lang.Object",
              "&a [*a]",
              "${env:HOME}",
              "\t",
              "\r\n",
              "/",
              "..",
              "=",
              " ")
          .stream()
          .map(word -> word.getBytes(UTF_8))
          .toList();

  private final RandomGenerator random;
  private final List<byte[]> good;
  private final List<byte[]> words;

  /**
   * @param good inputs that the decoder accepts; at least one
   * @param own words that this decoder meets, beside those that any does
   */
  Mutator(RandomGenerator random, List<byte[]> good, List<byte[]> own) {
    this.random = random;
    this.good = good;
    words = Stream.concat(WORDS.stream(), own.stream()).toList();
  }

  /** The next input. */
  byte[] next() {
    byte[] input = any().clone();
    int changes = 1 + random.nextInt(MAX_CHANGES);
    for (int i = 0; i < changes; i++) {
      byte[] changed = changed(input);
      input = changed.length <= MAX_BYTES ? changed : Arrays.copyOf(changed, MAX_BYTES);
    }
    return input;
  }

  private byte[] any() {
    return good.get(random.nextInt(good.size()));
  }

  private byte[] changed(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int length = input.length == at ? 0 : random.nextInt(Math.min(64, input.length - at) + 1);
    return switch (random.nextInt(9)) {
      case 0 -> flipped(input);
      case 1 -> replaced(input, at, length, new byte[0]);
      case 2 -> Arrays.copyOf(input, at);
      case 3 -> replaced(input, at, length, word());
      case 4 -> replaced(input, at, 0, word());
      case 5 -> replaced(input, at, 0, Arrays.copyOfRange(input, at, at + length));
      case 6 -> replaced(input, at, length, piece(any()));
      case 7 -> replaced(input, at, 0, repeated(random.nextBoolean() ? word() : piece(input)));
      default -> replaced(input, at, length, noise());
    };
  }

  private byte[] flipped(byte[] input) {
    if (input.length > 0) {
      input[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return input;
  }

  private byte[] word() {
    return words.get(random.nextInt(words.size()));
  }

  private byte[] piece(byte[] input) {
    int from = random.nextInt(input.length + 1);
    return Arrays.copyOfRange(input, from, from + random.nextInt(input.length - from + 1));
  }

  private byte[] repeated(byte[] piece) {
    int most = Math.min(MAX_REPEATS, MAX_BYTES / Math.max(1, piece.length));
    byte[] all = new byte[piece.length * (1 + random.nextInt(Math.max(1, most)))];
    for (int at = 0; at < all.length; at += piece.length) {
      System.arraycopy(piece, 0, all, at, piece.length);
    }
    return all;
  }

  private byte[] noise() {
    byte[] noise = new byte[random.nextInt(16)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] replaced(byte[] input, int at, int length, byte[] by) {
    byte[] changed = Arrays.copyOf(input, input.length - length + by.length);
    System.arraycopy(by, 0, changed, at, by.length);
    System.arraycopy(input, at + length, changed, at + by.length, input.length - at - length);
    return changed;
  }
}
