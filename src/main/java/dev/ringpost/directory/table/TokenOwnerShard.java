package dev.ringpost.directory.table;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.StampedLock;

/**
 * A part of a {@link TokenOwnerIndex}, by the hash of the token: open addressing with linear
 * probing, where a slot is a claim, the token's hash beside the user's. Claims to one token lie in
 * one run, so that a walk finds them all. A <i>crowded</i> token, which more than {@link
 * #MAX_RIVALS} claim, would make runs in which every walk is long; its claims are scattered by the
 * user's hash and only counted, until they are few again.
 *
 * <p>Grows by a quarter, so that a claim takes 13.4 bytes at most. One thread writes, others read
 * under the lock. Where two hashes meet by chance, a claim may be counted for another token or stay
 * behind as garbage; the first is found out by whoever looks at the claim, the second is 8 bytes.
 */
public final class TokenOwnerShard {

  /** What no hash of a token is. */
  static final int NONE = -1;

  /**
   * Bound on the users that share a token. A phone that testers hand around has fewer; a token that
   * stands under more is no phone's but a placeholder. Claims to it are not compared, which would
   * take every lookup longer than a call may wait: it is {@linkplain #isCrowded nobody's}.
   */
  public static final int MAX_RIVALS = 256;

  /** The upper bits of a token's hash choose the shard. */
  static final int SHARD_BITS = 7;

  private static final long EMPTY = -1L;
  private static final int SMALLEST = 8;
  private static final int[] NOBODY = {};

  private final StampedLock lock = new StampedLock();

  /**
   * A token that too many users claim, with their number: the hash alone might be a single phone's
   * too.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Crowd(int claims, byte[] token) {}

  private final Map<Integer, Crowd> crowded = new HashMap<>();

  private long[] slots = emptySlots(SMALLEST);
  private int claims;

  /** See {@link TokenOwnerIndex#rivals}. */
  int[] rivals(int token) {
    long stamp = lock.readLock();
    try {
      if (!crowded.isEmpty() && crowded.containsKey(token)) {
        return NOBODY;
      }
      int count = count(token);
      return count < 2 ? NOBODY : users(token, count);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** See {@link TokenOwnerIndex#isCrowded}. */
  boolean isCrowded(int token, byte[] from, int start, int end) {
    long stamp = lock.readLock();
    try {
      Crowd crowd = crowded.isEmpty() ? null : crowded.get(token);
      return crowd != null
          && Arrays.equals(crowd.token(), 0, crowd.token().length, from, start, end);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  void add(int token, int user, byte[] bytes) {
    long stamp = lock.writeLock();
    try {
      if ((long) (claims + 1) * 4 > (long) slots.length * 3) {
        resize(slots.length + (slots.length >> 2) + 2);
      }
      claims++;
      Crowd crowd = crowded.get(token);
      if (crowd == null && count(token) == MAX_RIVALS) {
        scatter(token);
        crowd = new Crowd(MAX_RIVALS, bytes);
      }
      if (crowd != null) {
        crowded.put(token, new Crowd(crowd.claims() + 1, crowd.token()));
      }
      place(crowd == null ? claim(token, user) : scattered(token, user));
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  void remove(int token, int user) {
    long stamp = lock.writeLock();
    try {
      Crowd crowd = crowded.get(token);
      if (!take(crowd == null ? claim(token, user) : scattered(token, user))) {
        return;
      }
      claims--;
      if (crowd != null) {
        leaveCrowd(token, new Crowd(crowd.claims() - 1, crowd.token()));
      }
      if (slots.length > SMALLEST && (long) claims * 4 < slots.length) {
        resize(Math.max(SMALLEST, claims * 2));
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void leaveCrowd(int token, Crowd left) {
    if (left.claims() > MAX_RIVALS) {
      crowded.put(token, left);
    } else {
      crowded.remove(token);
      gather(token);
    }
  }

  private void scatter(int token) {
    for (int user : users(token, MAX_RIVALS)) {
      boolean _ = take(claim(token, user));
      place(scattered(token, user));
    }
  }

  /** Walks over the whole shard, a few thousand slots: rare, for few tokens are ever crowded. */
  private void gather(int token) {
    long[] found =
        Arrays.stream(slots)
            .filter(slot -> slot != EMPTY && slot == scattered(token, user(slot)))
            .toArray();
    for (long slot : found) {
      boolean _ = take(slot);
      place(claim(token, user(slot)));
    }
  }

  private int count(int token) {
    int count = 0;
    for (int s = home(token); slots[s] != EMPTY; s = after(s)) {
      if (token(slots[s]) == token) {
        count++;
      }
    }
    return count;
  }

  private int[] users(int token, int count) {
    int[] users = new int[count];
    for (int s = home(token), i = 0; i < count; s = after(s)) {
      if (token(slots[s]) == token) {
        users[i++] = user(slots[s]);
      }
    }
    return users;
  }

  private void place(long claim) {
    int s = home(token(claim));
    while (slots[s] != EMPTY) {
      s = after(s);
    }
    slots[s] = claim;
  }

  /** Removes a claim and closes the hole; false if it is not there. */
  private boolean take(long claim) {
    int hole = home(token(claim));
    while (slots[hole] != claim) {
      if (slots[hole] == EMPTY) {
        return false;
      }
      hole = after(hole);
    }
    for (int s = after(hole); slots[s] != EMPTY; s = after(s)) {
      int home = home(token(slots[s]));
      if (distance(home, s) >= distance(hole, s)) {
        slots[hole] = slots[s];
        hole = s;
      }
    }
    slots[hole] = EMPTY;
    return true;
  }

  private void resize(int size) {
    long[] old = slots;
    slots = emptySlots(size);
    for (long claim : old) {
      if (claim != EMPTY) {
        place(claim);
      }
    }
  }

  private int home(int token) {
    // The index took the upper bits of the hash.
    return (int) ((Integer.toUnsignedLong(token << SHARD_BITS) * slots.length) >>> 32);
  }

  private int after(int slot) {
    return slot + 1 == slots.length ? 0 : slot + 1;
  }

  private int distance(int from, int to) {
    return to >= from ? to - from : to - from + slots.length;
  }

  private static long claim(int token, int user) {
    return ((long) token << 32) | Integer.toUnsignedLong(user);
  }

  /** A claim under a hash of both token and user. */
  private static long scattered(int token, int user) {
    return claim(usable((token ^ user * 0x9E3779B9) * 0x85EBCA6B), user);
  }

  static int usable(int hash) {
    return hash == NONE ? NONE - 1 : hash;
  }

  private static int token(long claim) {
    return (int) (claim >>> 32);
  }

  private static int user(long claim) {
    return (int) claim;
  }

  private static long[] emptySlots(int size) {
    long[] slots = new long[size];
    Arrays.fill(slots, EMPTY);
    return slots;
  }

  /** Bytes that this shard holds, but for crowded tokens. */
  long bytes() {
    long stamp = lock.readLock();
    try {
      return (long) slots.length * Long.BYTES;
    } finally {
      lock.unlockRead(stamp);
    }
  }
}
