package dev.ringpost.directory.table;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A table of the newest value of each key, for keys of a user and a device. One thread writes, any
 * number read.
 */
public sealed interface DeviceTable permits CompactTable, OneOwnerTable {

  /** The oldest timestamp of a value that is kept, where none is too old. */
  long ALL_TIME = Long.MIN_VALUE;

  /** The outcome of putting a record. */
  enum Put {
    /** It was taken. */
    TAKEN,
    /** It was taken, and is the first of its key on this partition beside one on another. */
    ON_TWO_PARTITIONS,
    /** It was taken, but too many users have its token, which is shown nowhere. */
    CROWDED,
    /**
     * It was not taken: the user has {@link TableShard#MAX_PER_USER} entries already, and this
     * would be one more.
     */
    FULL
  }

  /**
   * A visitor that is shown a device with its value, as bytes that it must not keep. May run under
   * a lock.
   */
  interface Reader {

    /**
     * Shows one device.
     *
     * @param from holds the device, then its payload
     * @param device where the device begins
     * @param payload where the payload begins
     * @param end where the payload ends
     */
    void entry(byte[] from, int device, int payload, int end);

    /**
     * Shows one device of which only this may be told: it has a token that is shown under another
     * user, or nowhere, for too many users have it. The same parameters.
     */
    default void handedOn(byte[] from, int device, int payload, int end) {}
  }

  /** Shows the devices of a user that have a value, each once and in no order. */
  void read(byte[] user, Reader reader);

  /**
   * Takes a record, the newest of its key on its partition.
   *
   * @param timestamp the record's, in milliseconds since 1970
   * @param payload the value, null if there is nothing
   */
  Put put(byte[] user, byte[] device, int partition, long timestamp, byte @Nullable [] payload);

  /**
   * Sweeps one of {@link CompactTable#SHARDS} shards for tombstones that can be forgotten, and for
   * values that are too old.
   *
   * @param since the oldest timestamp of a value that is kept, in milliseconds since 1970; {@link
   *     CompactTable#ALL_TIME} where none is too old
   */
  void sweep(int shard, long since);

  /**
   * Hands on every entry, tombstones included, in no order. Asked by any thread, but by one at a
   * time; of what is written meanwhile it has some. Waits for nothing but a change of one shard,
   * and lets the writer wait for no longer than copying a shard takes.
   *
   * @throws IOException what the receiver throws
   */
  void save(EntryBlocks blocks) throws IOException;

  /**
   * Takes entries that were saved, into a table that has had no other; for the writer, which calls
   * {@link #restored} behind the last ones.
   *
   * @throws IllegalArgumentException if these are no entries; the table is of no use then
   */
  void restore(byte[] block, int length);

  /** All entries that were saved are there. */
  void restored();

  /** Devices that have a value. */
  long live();

  /** Voids that are remembered. */
  long tombstones();

  /** Values that stand for nothing, for the same key has a newer record on another partition. */
  long shadowed();

  /** Bytes that the table holds, but for a few kilobytes of its own. */
  long bytes();
}
