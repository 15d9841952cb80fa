package dev.ringpost.call;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A PushKit VoIP token, normalised. Who holds it can make the phone ring, so it prints as its
 * digest only. Its length is not assumed: Apple says that tokens have no fixed size.
 */
public final class VoipToken {

  /** Bound on a token, in bytes; today's have 32. */
  public static final int MAX_BYTES = 256;

  /** One per thread: each result names tokens by digests. */
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(VoipToken::sha256);

  private final byte[] bytes;

  private VoipToken(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "token must have 1 to " + MAX_BYTES + " bytes, not " + bytes.length);
    }
    this.bytes = bytes;
  }

  /**
   * Reads a token as iOS prints it: hex digits of either case, with {@code <}, {@code >} and spaces
   * allowed anywhere.
   *
   * @throws IllegalArgumentException if it is not such a text; the message never holds the text
   */
  public static VoipToken parse(String text) {
    var digits = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.digit(c, 16) >= 0 && c < 128) {
        digits.append(c);
      } else if (c != '<' && c != '>' && c != ' ') {
        throw new IllegalArgumentException(
            "token must be hex digits (with '<', '>' and spaces allowed); character "
                + (i + 1)
                + " is something else");
      }
    }
    if (digits.length() % 2 != 0) {
      throw new IllegalArgumentException(
          "token must have an even number of hex digits, not " + digits.length());
    }
    return new VoipToken(HexFormat.of().parseHex(digits));
  }

  /** A token from its bytes, which are copied. */
  public static VoipToken ofBytes(byte[] bytes) {
    return new VoipToken(bytes.clone());
  }

  /** The token in lower-case hex, as APNs wants it in the request path. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** A copy of the token's bytes, for compact storage. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The name by which this token may be spoken of. */
  public TokenDigest digest() {
    return new TokenDigest(HexFormat.of().formatHex(SHA_256.get().digest(hexAscii()), 0, 6));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private byte[] hexAscii() {
    return hex().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VoipToken that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The digest, never the token. */
  @Override
  public String toString() {
    return "VoipToken[" + digest() + "]";
  }
}
