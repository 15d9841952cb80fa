package dev.ringpost.directory.table;

import java.io.IOException;
import java.util.Arrays;

/**
 * A copy of the entries of one shard as they were at one moment, in memory that serves the next
 * shard as well. For one thread.
 */
final class ShardCopy {

  private byte[][] chunks = {};
  private int[] used = {};
  private int count;

  /** Copies an arena; its owner sees to it that nobody writes there meanwhile. */
  void take(Arena arena) {
    count = 0;
    for (int number = 0; number < arena.numbers(); number++) {
      if (!arena.isGivenBack(number)) {
        byte[] chunk = room();
        used[count] = arena.used(number);
        System.arraycopy(arena.chunk(Arena.reference(number, 0)), 0, chunk, 0, used[count]);
        count++;
      }
    }
  }

  private byte[] room() {
    if (count == chunks.length) {
      chunks = Arrays.copyOf(chunks, count + (count >> 2) + 4);
      used = Arrays.copyOf(used, chunks.length);
    }
    if (chunks[count] == null) {
      chunks[count] = new byte[Arena.CHUNK];
    }
    return chunks[count];
  }

  /** Hands on what was copied, without what nothing pointed to. */
  void handOn(EntryBlocks blocks) throws IOException {
    for (int number = 0; number < count; number++) {
      byte[] chunk = chunks[number];
      int kept = 0;
      for (int at = 0; at < used[number]; ) {
        int length = Entry.length(chunk, at);
        if (!Entry.is(chunk, at, Entry.GARBAGE)) {
          System.arraycopy(chunk, at, chunk, kept, length);
          kept += length;
        }
        at += length;
      }
      if (kept > 0) {
        blocks.block(chunk, kept);
      }
    }
  }
}
