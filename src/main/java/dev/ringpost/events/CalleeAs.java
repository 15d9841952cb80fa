package dev.ringpost.events;

import dev.ringpost.call.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The form in which results name the callee. */
public enum CalleeAs {
  /** As the invite does. */
  PLAIN,
  /**
   * By the first 12 hex digits of SHA-256 of the user id in UTF-8, as {@code printf %s alice |
   * sha256sum} starts. That keeps names out of logs and dashboards that show results; it hides
   * nothing from whoever can list the possible users.
   */
  DIGEST;

  private static final int DIGEST_BYTES = 6;

  /** The name of this user in results. */
  public String name(UserId callee) {
    return switch (this) {
      case PLAIN -> callee.value();
      case DIGEST -> digest(callee.value());
    };
  }

  /** The name by which a user, a call or a device may be spoken of: of any text, 12 hex digits. */
  public static String digest(String text) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
