package dev.ringpost.directory.table;

import java.util.Arrays;

/**
 * An index to the first entry of a user: open addressing with linear probing, where each slot holds
 * the user's hash beside the reference, so that looking and growing touch no entry. Grows by a
 * quarter, so that it is never more than two fifths empty for long, and shrinks. Belongs to one
 * thread; others may read under the owner's lock.
 */
final class UserIndex {

  private static final long EMPTY = -1L;
  private static final int SMALLEST = 8;

  private long[] slots = emptySlots(SMALLEST);
  private int users;

  /** The slot of a user, or -1. */
  int find(int hash, Arena arena, byte[] user) {
    return find(hash, arena, user, 0, user.length);
  }

  /** The slot of the user that stands between two places, or -1. */
  int find(int hash, Arena arena, byte[] from, int start, int end) {
    for (int slot = home(hash); !isEmpty(slot); slot = after(slot)) {
      if (hasHash(slot, hash)) {
        int entry = reference(slot);
        if (Entry.hasUser(arena.chunk(entry), Arena.offset(entry), from, start, end)) {
          return slot;
        }
      }
    }
    return -1;
  }

  /** The slot where looking for a hash begins. */
  int home(int hash) {
    // The shard took the upper bits of the hash.
    return (int) ((Integer.toUnsignedLong(hash << SeededHash.SHARD_BITS) * slots.length) >>> 32);
  }

  /** The slot to look at next. */
  int after(int slot) {
    return slot + 1 == slots.length ? 0 : slot + 1;
  }

  /** The number of slots, those without a user included. */
  int slots() {
    return slots.length;
  }

  /** Looking ends here: the user is not in the index. */
  boolean isEmpty(int slot) {
    return slots[slot] == EMPTY;
  }

  boolean hasHash(int slot, int hash) {
    return (int) (slots[slot] >>> 32) == hash;
  }

  int reference(int slot) {
    return (int) slots[slot];
  }

  /** Points a user that is in the index to another first entry. */
  void repoint(int slot, int reference) {
    slots[slot] = slot(hash(slots[slot]), reference);
  }

  /** Adds a user that is not in the index; slots found before are void then. */
  void add(int hash, int reference) {
    if ((long) (users + 1) * 4 > (long) slots.length * 3) {
      resize(slots.length + (slots.length >> 2) + 2);
    }
    users++;
    place(slot(hash, reference));
  }

  /** Removes a user; slots found before are void then. */
  void remove(int slot) {
    int hole = slot;
    for (int s = after(slot); slots[s] != EMPTY; s = after(s)) {
      int home = home(hash(slots[s]));
      if (distance(home, s) >= distance(hole, s)) {
        slots[hole] = slots[s];
        hole = s;
      }
    }
    slots[hole] = EMPTY;
    users--;
    if (slots.length > SMALLEST && (long) users * 4 < slots.length) {
      resize(Math.max(SMALLEST, users * 2));
    }
  }

  private void resize(int size) {
    long[] old = slots;
    slots = emptySlots(size);
    for (long slot : old) {
      if (slot != EMPTY) {
        place(slot);
      }
    }
  }

  private void place(long slot) {
    int s = home(hash(slot));
    while (slots[s] != EMPTY) {
      s = after(s);
    }
    slots[s] = slot;
  }

  private int distance(int from, int to) {
    return to >= from ? to - from : to - from + slots.length;
  }

  private static long slot(int hash, int reference) {
    return ((long) hash << 32) | Integer.toUnsignedLong(reference);
  }

  private static int hash(long slot) {
    return (int) (slot >>> 32);
  }

  private static long[] emptySlots(int size) {
    long[] slots = new long[size];
    Arrays.fill(slots, EMPTY);
    return slots;
  }

  /** Bytes that this index holds. */
  long bytes() {
    return (long) slots.length * Long.BYTES;
  }
}
