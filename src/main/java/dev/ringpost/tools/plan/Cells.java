package dev.ringpost.tools.plan;

import dev.ringpost.call.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The rule that says which cell a user belongs to. A cell is an ordinary installation with topics
 * of its own. The rule is a function of the user id and of the number of cells alone, so that call
 * servers and registrars can compute it: Lamping and Veach's jump consistent hash of the first
 * eight bytes of SHA-256 of the user id in UTF-8. Of n cells that become n + 1, each user has one
 * chance in n + 1 to move, and then moves to the new one.
 *
 * @param count how many cells there are, from 1; they are numbered from 0 on
 */
public record Cells(int count) {

  /** Bound on cells. */
  public static final int MAX = 100_000;

  /** Of the linear congruential generator in the paper. */
  private static final long MULTIPLIER = 2_862_933_555_777_941_757L;

  private static final int UPPER_BITS = 33;

  public Cells {
    if (count < 1 || count > MAX) {
      throw new IllegalArgumentException("there are 1 to " + MAX + " cells, not " + count);
    }
  }

  /**
   * The cell of a user, from 0 to {@code count - 1}.
   *
   * @param user compared byte for byte, as invites and registrations name it
   * @throws IllegalArgumentException if no user can be called so
   */
  public int of(String user) {
    long key = key(new UserId(user));
    long cell = -1;
    long next = 0;
    while (next < count) {
      cell = next;
      key = key * MULTIPLIER + 1;
      double draw = (double) (1L << 31) / (double) ((key >>> UPPER_BITS) + 1);
      next = (long) ((cell + 1) * draw);
    }
    return (int) cell;
  }

  private static long key(UserId user) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(user.value().getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
