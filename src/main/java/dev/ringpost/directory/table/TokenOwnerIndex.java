package dev.ringpost.directory.table;

import java.util.Arrays;

/**
 * An index of the users who may hold a token: for each user and each token of the user's devices,
 * the hash of the token with app and environment, and the hash of the user. Hashes meet by chance,
 * so an answer is a hint that must be looked at. One thread writes; any number read, each under the
 * lock of one shard.
 */
final class TokenOwnerIndex {

  private final TokenOwnerShard[] shards = new TokenOwnerShard[1 << TokenOwnerShard.SHARD_BITS];

  TokenOwnerIndex() {
    Arrays.setAll(shards, _ -> new TokenOwnerShard());
  }

  /** The hash of a token with all that belongs to it. */
  static int tokenHash(byte[] from, int start, int end) {
    return TokenOwnerShard.usable(SeededHash.of(from, start, end));
  }

  /**
   * A user has a device with this token, the first one.
   *
   * @param bytes the token with all that belongs to it; nobody may change them afterwards
   */
  void add(int token, int user, byte[] bytes) {
    shard(token).add(token, user, bytes);
  }

  /** Whether a token, not only one of the same hash, is claimed by too many users. */
  boolean isCrowded(int token, byte[] from, int start, int end) {
    return shard(token).isCrowded(token, from, start, end);
  }

  /** Takes back what was added once. */
  void remove(int token, int user) {
    shard(token).remove(token, user);
  }

  /**
   * The hashes of the users that may have this token, one for each; empty if there is one user, or
   * more than {@link TokenOwnerShard#MAX_RIVALS}.
   */
  int[] rivals(int token) {
    return shard(token).rivals(token);
  }

  private TokenOwnerShard shard(int token) {
    return shards[token >>> (Integer.SIZE - TokenOwnerShard.SHARD_BITS)];
  }

  /** Bytes that the index holds, but for a few kilobytes of its own. */
  long bytes() {
    return Arrays.stream(shards).mapToLong(TokenOwnerShard::bytes).sum();
  }
}
