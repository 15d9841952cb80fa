package dev.ringpost.directory.table;

import java.util.Arrays;

/**
 * Memory for entries, in chunks of {@link #CHUNK} bytes that are filled from the front. A place in
 * it is a <i>reference</i>: the chunk's number and the offset in one int. Nothing is copied to make
 * room. What was freed is counted, and once {@link #isWasteful} says so, the owner moves the
 * entries out of the {@link #worst} chunk and gives it back. Belongs to one thread; others may read
 * the bytes under the owner's lock.
 */
final class Arena {

  private static final int OFFSET_BITS = 14;

  /** Bytes of a chunk: small against a shard, and far from what a collector treats as huge. */
  static final int CHUNK = 1 << OFFSET_BITS;

  /** Bound on chunks, which is 4 GiB for one of many shards. */
  static final int MAX_CHUNKS = (1 << (Integer.SIZE - OFFSET_BITS)) - 1;

  /** The reference to nothing. */
  static final int NONE = -1;

  /** Garbage is let be up to this part of the memory, and one chunk. */
  private static final int GARBAGE_PART = 5;

  private static final byte[] GIVEN_BACK = {};

  private byte[][] chunks = new byte[4][];

  private int[] used = new int[4];
  private int[] garbage = new int[4];

  /** Numbers ever taken; all chunks are below. */
  private int numbers;

  private int count;
  private long garbageBytes;

  /** The chunk that is being filled. */
  private int head = NONE;

  byte[] chunk(int reference) {
    return chunks[reference >>> OFFSET_BITS];
  }

  static int offset(int reference) {
    return reference & (CHUNK - 1);
  }

  static int reference(int number, int offset) {
    return (number << OFFSET_BITS) | offset;
  }

  /** The next entry of the same user. */
  int next(int entry) {
    return Entry.next(chunk(entry), offset(entry));
  }

  void setNext(int entry, int next) {
    Entry.setNext(chunk(entry), offset(entry), next);
  }

  /** Bytes of an entry. */
  int length(int entry) {
    return Entry.length(chunk(entry), offset(entry));
  }

  /** The partition that an entry came from. */
  int partition(int entry) {
    return Entry.partition(chunk(entry), offset(entry));
  }

  /** An entry's time, in milliseconds since 1970. */
  long timestamp(int entry) {
    return Entry.timestamp(chunk(entry), offset(entry));
  }

  boolean hasDevice(int entry, byte[] device) {
    return Entry.hasDevice(chunk(entry), offset(entry), device);
  }

  /** Sets or clears a flag of an entry; see {@link Entry}. */
  void setFlag(int entry, int flag, boolean on) {
    byte[] chunk = chunk(entry);
    int at = offset(entry);
    int flags = Entry.flags(chunk, at);
    Entry.setFlags(chunk, at, on ? flags | flag : flags & ~flag);
  }

  /** Whether an entry has one of these flags. */
  boolean is(int entry, int flag) {
    return Entry.is(chunk(entry), offset(entry), flag);
  }

  /** Shows the entries of a chain that have a value. */
  void show(int first, OwnerReader reader) {
    for (int entry = first; entry != NONE; ) {
      byte[] chunk = chunk(entry);
      int at = offset(entry);
      if (!Entry.is(chunk, at, Entry.TOMBSTONE | Entry.SHADOWED)) {
        int user = Entry.userStart(at);
        int device = Entry.userEnd(chunk, at);
        int payload = Entry.deviceEnd(chunk, at);
        reader.entry(chunk, user, device, payload, at + Entry.length(chunk, at));
      }
      entry = Entry.next(chunk, at);
    }
  }

  /** The entry of a chain that has been without a value for the longest time, or {@link #NONE}. */
  int oldestTombstone(int first) {
    int oldest = NONE;
    for (int entry = first; entry != NONE; entry = next(entry)) {
      if (is(entry, Entry.TOMBSTONE)
          && !is(entry, Entry.SHADOWED)
          && (oldest == NONE || timestamp(entry) < timestamp(oldest))) {
        oldest = entry;
      }
    }
    return oldest;
  }

  /** The newest entry of a device, over all partitions; {@link #NONE} if it has none. */
  int newest(int first, byte[] device) {
    int newest = NONE;
    for (int entry = first; entry != NONE; entry = next(entry)) {
      if (hasDevice(entry, device) && (newest == NONE || isNewer(entry, newest))) {
        newest = entry;
      }
    }
    return newest;
  }

  /** Whether a device has a value on any partition. */
  boolean hasValue(int first, byte[] device) {
    for (int entry = first; entry != NONE; entry = next(entry)) {
      if (!is(entry, Entry.TOMBSTONE) && hasDevice(entry, device)) {
        return true;
      }
    }
    return false;
  }

  /** The bytes of an entry's device. */
  byte[] device(int entry) {
    byte[] chunk = chunk(entry);
    int at = offset(entry);
    return Arrays.copyOfRange(chunk, Entry.userEnd(chunk, at), Entry.deviceEnd(chunk, at));
  }

  /** Room for an entry of at most {@link #CHUNK} bytes; what is in it is undefined. */
  int allocate(int length) {
    if (head == NONE || used[head] + length > CHUNK) {
      int next = addChunk();
      if (head != NONE) {
        waste(head, CHUNK - used[head]);
      }
      head = next;
    }
    int reference = reference(head, used[head]);
    used[head] += length;
    return reference;
  }

  /** Nothing points to these bytes any more. */
  void free(int reference, int length) {
    waste(reference >>> OFFSET_BITS, length);
  }

  private void waste(int number, int length) {
    garbage[number] += length;
    garbageBytes += length;
  }

  private int addChunk() {
    int number = freeNumber();
    if (number == chunks.length) {
      int larger = number + (number >> 2) + 4;
      chunks = Arrays.copyOf(chunks, larger);
      used = Arrays.copyOf(used, larger);
      garbage = Arrays.copyOf(garbage, larger);
    }
    chunks[number] = new byte[CHUNK];
    used[number] = 0;
    garbage[number] = 0;
    numbers = Math.max(numbers, number + 1);
    count++;
    return number;
  }

  private int freeNumber() {
    for (int number = 0; count < numbers && number < numbers; number++) {
      if (isGivenBack(number)) {
        return number;
      }
    }
    if (numbers == MAX_CHUNKS) {
      throw new IllegalStateException("a shard of the table is full: " + bytes() + " bytes");
    }
    return numbers;
  }

  /** Whether it is time to empty the {@link #worst} chunk. */
  boolean isWasteful() {
    return garbageBytes > (long) count * (CHUNK / GARBAGE_PART) + CHUNK;
  }

  /** The full chunk with the most garbage; there is one if this {@link #isWasteful}. */
  int worst() {
    int worst = NONE;
    for (int number = 0; number < numbers; number++) {
      if (number != head
          && !isGivenBack(number)
          && (worst == NONE || garbage[number] > garbage[worst])) {
        worst = number;
      }
    }
    return worst;
  }

  /** Numbers of chunks are below this; some of them may be {@link #isGivenBack given back}. */
  int numbers() {
    return numbers;
  }

  boolean isGivenBack(int number) {
    return chunks[number].length == 0;
  }

  /** How far a chunk is filled; entries lie one after the other up to here. */
  int used(int number) {
    return used[number];
  }

  /** Gives a chunk back, in which nothing is left. */
  void release(int number) {
    garbageBytes -= garbage[number];
    chunks[number] = GIVEN_BACK;
    count--;
  }

  /** Bytes that this arena holds. */
  long bytes() {
    return (long) count * CHUNK;
  }

  /** Between partitions the timestamp decides, then the partition's number. */
  boolean isNewer(int entry, int than) {
    long time = timestamp(entry);
    long other = timestamp(than);
    return time > other || (time == other && partition(entry) > partition(than));
  }
}
