package dev.ringpost.directory.table;

import java.io.IOException;

/** A receiver of a table's entries, in blocks of whole ones as they lie in memory. */
public interface EntryBlocks {

  /** Bound on the bytes of a block. */
  int MAX_BYTES = Arena.CHUNK;

  /**
   * The next entries.
   *
   * @param from holds them at its beginning; they must not be kept
   */
  void block(byte[] from, int length) throws IOException;
}
