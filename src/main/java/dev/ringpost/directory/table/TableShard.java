package dev.ringpost.directory.table;

import dev.ringpost.directory.table.DeviceTable.Put;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A part of a {@link CompactTable}, by the hash of the user. The entries of a user form a chain:
 * one entry per device and partition. One thread writes and needs no lock to read what it wrote
 * itself; others read under the lock, which is never held for longer than it takes to change one
 * chain, move the entries of one chunk, resize the index or walk once over the shard.
 */
public final class TableShard {

  /**
   * Bound on the devices of a user, removed ones that are remembered included; far beyond what a
   * person has. It keeps a producer that takes one user for all devices from making every update
   * walk over all of them. A new device takes the place of the one that was removed first.
   */
  public static final int MAX_PER_USER = 4096;

  private static final byte[] NOTHING = {};

  private final StampedLock lock = new StampedLock();
  private final Arena arena = new Arena();
  private final UserIndex index = new UserIndex();
  private long live;
  private long tombstones;
  private long shadowed;

  /** Shows the devices that have a value, of one user or else of all users with this hash. */
  void read(int hash, byte @Nullable [] user, OwnerReader reader) {
    long stamp = lock.readLock();
    try {
      for (int slot = index.home(hash); !index.isEmpty(slot); slot = index.after(slot)) {
        int first = index.reference(slot);
        if (index.hasHash(slot, hash) && (user == null || hasUser(first, user))) {
          arena.show(first, reader);
        }
      }
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** See {@link CompactTable}; without a payload it is a tombstone. */
  Put put(
      int hash,
      byte[] user,
      byte[] device,
      int partition,
      long timestamp,
      byte @Nullable [] payload) {
    int slot = index.find(hash, arena, user);
    int head = slot < 0 ? Arena.NONE : index.reference(slot);
    int replaced = Arena.NONE;
    int entries = 0;
    boolean elsewhere = false;
    for (int entry = head; entry != Arena.NONE; entry = arena.next(entry)) {
      entries++;
      if (arena.hasDevice(entry, device)) {
        if (arena.partition(entry) == partition) {
          replaced = entry;
        } else {
          elsewhere = true;
        }
      }
    }
    if (replaced == Arena.NONE && !elsewhere && entries >= MAX_PER_USER) {
      if (!forgetOldestTombstone(head)) {
        // There is nothing that a tombstone could hide.
        return payload == null ? Put.TAKEN : Put.FULL;
      }
      slot = index.find(hash, arena, user);
      head = slot < 0 ? Arena.NONE : index.reference(slot);
    }

    int length = Entry.length(user.length, device.length, payload == null ? 0 : payload.length);
    long stamp = lock.writeLock();
    try {
      int entry = room(hash, slot, head, replaced, length);
      Entry.write(
          arena.chunk(entry),
          Arena.offset(entry),
          payload == null ? Entry.TOMBSTONE : 0,
          user,
          device,
          partition,
          timestamp,
          payload == null ? NOTHING : payload);
      count(entry, 1);
      if (elsewhere) {
        shadow(index.find(hash, arena, user), device);
      }
    } finally {
      lock.unlockWrite(stamp);
    }
    tidy();
    return elsewhere && replaced == Arena.NONE ? Put.ON_TWO_PARTITIONS : Put.TAKEN;
  }

  /**
   * Forgets the key of a chain that has been without a value for the longest time, with all its
   * entries; false if there is none.
   */
  private boolean forgetOldestTombstone(int head) {
    int oldest = arena.oldestTombstone(head);
    if (oldest == Arena.NONE) {
      return false;
    }
    byte[] device = arena.device(oldest);
    long stamp = lock.writeLock();
    try {
      for (int entry = head; entry != Arena.NONE; ) {
        int next = arena.next(entry);
        if (arena.hasDevice(entry, device)) {
          forget(entry);
        }
        entry = next;
      }
    } finally {
      lock.unlockWrite(stamp);
    }
    return true;
  }

  /**
   * The place for an entry of this length, in the chain already: that of the replaced one, if it
   * fits.
   */
  private int room(int hash, int slot, int head, int replaced, int length) {
    if (replaced != Arena.NONE) {
      count(replaced, -1);
      int old = arena.length(replaced);
      if (old == length) {
        return replaced;
      }
      int entry = arena.allocate(length);
      arena.setNext(entry, arena.next(replaced));
      repoint(slot, replaced, entry);
      discard(replaced);
      return entry;
    }
    int entry = arena.allocate(length);
    arena.setNext(entry, head);
    if (slot < 0) {
      index.add(hash, entry);
    } else {
      index.repoint(slot, entry);
    }
    return entry;
  }

  /** Marks all entries of a key but the newest as shadowed. */
  private void shadow(int slot, byte[] device) {
    int newest = arena.newest(index.reference(slot), device);
    for (int entry = index.reference(slot); entry != Arena.NONE; entry = arena.next(entry)) {
      if (arena.hasDevice(entry, device)) {
        count(entry, -1);
        arena.setFlag(entry, Entry.SHADOWED, entry != newest);
        count(entry, 1);
      }
    }
  }

  /**
   * Forgets the tombstones that an earlier sweep has seen and whose key has no value on another
   * partition, and marks the others as seen; forgets the values that are older than {@code since}.
   */
  void sweep(long since) {
    if (tombstones == 0 && since == DeviceTable.ALL_TIME) {
      return;
    }
    long stamp = lock.writeLock();
    try {
      for (int number = 0; number < arena.numbers(); number++) {
        if (!arena.isGivenBack(number)) {
          sweep(number, since);
        }
      }
    } finally {
      lock.unlockWrite(stamp);
    }
    while (arena.isWasteful()) {
      tidy();
    }
  }

  private void sweep(int number, long since) {
    for (int at = 0, used = arena.used(number); at < used; ) {
      int entry = Arena.reference(number, at);
      byte[] chunk = arena.chunk(entry);
      if (!Entry.is(chunk, at, Entry.GARBAGE)) {
        sweepOne(entry, since);
      }
      at += Entry.length(chunk, at);
    }
  }

  private void sweepOne(int entry, long since) {
    if (!arena.is(entry, Entry.TOMBSTONE)) {
      if (arena.timestamp(entry) < since) {
        forget(entry);
      }
    } else if (!arena.is(entry, Entry.AGED)) {
      arena.setFlag(entry, Entry.AGED, true);
    } else if (!arena.hasValue(index.reference(find(entry)), arena.device(entry))) {
      forget(entry);
    }
  }

  private void forget(int entry) {
    int slot = find(entry);
    int next = arena.next(entry);
    count(entry, -1);
    if (index.reference(slot) == entry && next == Arena.NONE) {
      index.remove(slot);
    } else {
      repoint(slot, entry, next);
    }
    discard(entry);
  }

  /** Empties the chunk that wastes most, if it is time. */
  private void tidy() {
    if (!arena.isWasteful()) {
      return;
    }
    long stamp = lock.writeLock();
    try {
      int number = arena.worst();
      for (int at = 0, used = arena.used(number); at < used; ) {
        int entry = Arena.reference(number, at);
        int length = arena.length(entry);
        if (!Entry.is(arena.chunk(entry), at, Entry.GARBAGE)) {
          move(entry, length);
        }
        at += length;
      }
      arena.release(number);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void move(int entry, int length) {
    int slot = find(entry);
    int copy = arena.allocate(length);
    System.arraycopy(
        arena.chunk(entry), Arena.offset(entry), arena.chunk(copy), Arena.offset(copy), length);
    repoint(slot, entry, copy);
  }

  /** Lets whatever points to one entry of a chain point to another. */
  private void repoint(int slot, int from, int to) {
    int entry = index.reference(slot);
    if (entry == from) {
      index.repoint(slot, to);
      return;
    }
    while (arena.next(entry) != from) {
      entry = arena.next(entry);
    }
    arena.setNext(entry, to);
  }

  private void discard(int entry) {
    arena.setFlag(entry, Entry.GARBAGE, true);
    arena.free(entry, arena.length(entry));
  }

  /** The slot of an entry's user. */
  private int find(int entry) {
    byte[] chunk = arena.chunk(entry);
    int start = Entry.userStart(Arena.offset(entry));
    int end = Entry.userEnd(chunk, Arena.offset(entry));
    return index.find(SeededHash.of(chunk, start, end), arena, chunk, start, end);
  }

  private void count(int entry, int change) {
    int flags = Entry.flags(arena.chunk(entry), Arena.offset(entry));
    if ((flags & Entry.TOMBSTONE) != 0) {
      tombstones += change;
    } else if ((flags & Entry.SHADOWED) == 0) {
      live += change;
    } else {
      shadowed += change;
    }
  }

  /** Shows the devices that have a value, those of a user one after the other. */
  void readUsers(OwnerReader reader) {
    long stamp = lock.readLock();
    try {
      for (int slot = 0; slot < index.slots(); slot++) {
        if (!index.isEmpty(slot)) {
          arena.show(index.reference(slot), reader);
        }
      }
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Copies the entries as they are now. */
  void copyTo(ShardCopy copy) {
    long stamp = lock.readLock();
    try {
      copy.take(arena);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Devices with a value. */
  long live() {
    return read(() -> live);
  }

  /** Keys and partitions that are known to have nothing. */
  long tombstones() {
    return read(() -> tombstones);
  }

  /** Values that a newer record of another partition hides. */
  long shadowed() {
    return read(() -> shadowed);
  }

  /** Bytes that this shard holds. */
  long bytes() {
    return read(() -> arena.bytes() + index.bytes());
  }

  private long read(LongSupplier count) {
    long stamp = lock.readLock();
    try {
      return count.getAsLong();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private boolean hasUser(int entry, byte[] user) {
    return Entry.hasUser(arena.chunk(entry), Arena.offset(entry), user, 0, user.length);
  }
}
