package dev.ringpost.directory;

import java.util.Arrays;

/**
 * Tells which users may hold a token: for each device that is registered, the hash of its token
 * with app and environment, and the hash of its user. Hashes meet by chance, so an answer is a hint
 * that must be looked at. One thread writes; any number read, each under the lock of one shard.
 */
final class ClaimIndex {

  /** What no hash of a token is. */
  static final int NONE = -1;

  /**
   * Bound on the users that share a token. A phone that testers hand around has fewer; a token that
   * stands under more is no phone's but a placeholder, and nobody's claim to it is compared with
   * others': that would take every lookup longer than a call may wait.
   */
  static final int MAX_RIVALS = 256;

  /** The upper bits of a token's hash choose the shard. */
  static final int SHARD_BITS = 7;

  private final ClaimShard[] shards = new ClaimShard[1 << SHARD_BITS];

  ClaimIndex() {
    Arrays.setAll(shards, _ -> new ClaimShard());
  }

  /** The hash of a token with all that belongs to it. */
  static int tokenHash(byte[] from, int start, int end) {
    return usable(CompactTable.hash(from, start, end));
  }

  static int usable(int hash) {
    return hash == NONE ? NONE - 1 : hash;
  }

  /** A device with this token was registered to a user. */
  void add(int token, int user) {
    shard(token).add(token, user);
  }

  /** Takes back what was added once. */
  void remove(int token, int user) {
    shard(token).remove(token, user);
  }

  /**
   * The hashes of the users of devices that may have this token, one for each device; empty if
   * there is one device, or more than {@link #MAX_RIVALS}.
   */
  int[] rivals(int token) {
    return shard(token).rivals(token);
  }

  private ClaimShard shard(int token) {
    return shards[token >>> (Integer.SIZE - SHARD_BITS)];
  }

  /** Bytes that the index holds, but for a few kilobytes of its own. */
  long bytes() {
    return Arrays.stream(shards).mapToLong(ClaimShard::bytes).sum();
  }
}
