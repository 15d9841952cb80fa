package dev.ringpost.directory.table;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A table of the newest value of each key, for keys of a user and a device, in as few bytes as
 * possible: it is built for 5 million devices in one JVM.
 *
 * <p><b>The rule.</b> Kafka keeps the newest record per key <i>and partition</i>, and one key may
 * stand on two partitions, as producers choose them differently. So does this table: on one
 * partition a later record replaces an earlier one, whatever its timestamp; of what then stands on
 * different partitions the greatest timestamp counts, among equals the greatest partition number.
 * Nothing depends on the order in which partitions are read, nor on records that compaction has
 * removed: two workers that have read to the same offsets agree, whatever their age.
 *
 * <p>That a key has nothing (a <i>tombstone</i>) is remembered like a value, or else an older
 * record of another partition could bring a removed device back. A tombstone whose key has no value
 * on another partition is forgotten by the second {@link #sweep} that sees it. Two limits follow,
 * and both need a key on two partitions: a record that is appended after that with an older
 * timestamp counts (possible only where producers set timestamps); and Kafka forgets a tombstone
 * too, after {@code delete.retention.ms}, whereupon a worker that starts afresh sees the other
 * partition's record alone. Who changes partitioners should write tombstones to both partitions.
 * The one thing that is not taken is a device beyond {@link TableShard#MAX_PER_USER} of a user; at
 * that bound the tombstone with the oldest timestamp makes room, so that devices that are gone shut
 * out no new one.
 *
 * <p>One thread writes; any number of threads read, and wait at most for what a {@link TableShard}
 * does under its lock. Memory follows the content both ways; garbage is bounded by a fifth and one
 * chunk per shard.
 */
public final class CompactTable implements DeviceTable {

  /** Shards, each with a lock of its own. */
  public static final int SHARDS = 1 << SeededHash.SHARD_BITS;

  private final TableShard[] shards = new TableShard[SHARDS];

  public CompactTable() {
    Arrays.setAll(shards, _ -> new TableShard());
  }

  @Override
  public void read(byte[] user, Reader reader) {
    int hash = SeededHash.of(user, 0, user.length);
    shard(hash)
        .read(
            hash,
            user,
            (from, _, device, payload, end) -> reader.entry(from, device, payload, end));
  }

  /** Shows the devices, that have a value, of every user with this hash. */
  void readAll(int userHash, OwnerReader reader) {
    shard(userHash).read(userHash, null, reader);
  }

  /** Shows all devices that have a value, those of a user one after the other. */
  void readUsers(OwnerReader reader) {
    for (TableShard shard : shards) {
      shard.readUsers(reader);
    }
  }

  /**
   * Takes a record, the newest of its key on its partition.
   *
   * @param timestamp the record's, in milliseconds since 1970
   * @param payload the value, null if there is nothing
   */
  @Override
  public Put put(
      byte[] user, byte[] device, int partition, long timestamp, byte @Nullable [] payload) {
    if (user.length > Entry.MAX_NAME
        || device.length > Entry.MAX_NAME
        || partition > Entry.MAX_PARTITION) {
      throw new IllegalArgumentException("key or partition beyond the bounds of an entry");
    }
    int hash = SeededHash.of(user, 0, user.length);
    return shard(hash).put(hash, user, device, partition, timestamp, payload);
  }

  @Override
  public void save(EntryBlocks blocks) throws IOException {
    var copy = new ShardCopy();
    for (TableShard shard : shards) {
      shard.copyTo(copy);
      copy.handOn(blocks);
    }
  }

  @Override
  public void restore(byte[] block, int length) {
    for (int at = 0; at < length; ) {
      int end = Entry.end(block, at, length);
      int user = Entry.userStart(at);
      int device = Entry.userEnd(block, at);
      int payload = Entry.deviceEnd(block, at);
      put(
          Arrays.copyOfRange(block, user, device),
          Arrays.copyOfRange(block, device, payload),
          Entry.partition(block, at),
          Entry.timestamp(block, at),
          Entry.is(block, at, Entry.TOMBSTONE) ? null : Arrays.copyOfRange(block, payload, end));
      at = end;
    }
  }

  @Override
  public void restored() {}

  /** Sweeps one shard for tombstones only. */
  void sweep(int shard) {
    sweep(shard, ALL_TIME);
  }

  @Override
  public void sweep(int shard, long since) {
    shards[shard].sweep(since);
  }

  @Override
  public long live() {
    return sum(TableShard::live);
  }

  @Override
  public long tombstones() {
    return sum(TableShard::tombstones);
  }

  @Override
  public long shadowed() {
    return sum(TableShard::shadowed);
  }

  @Override
  public long bytes() {
    return sum(TableShard::bytes);
  }

  private long sum(ToLongFunction<TableShard> count) {
    return Arrays.stream(shards).mapToLong(count).sum();
  }

  private TableShard shard(int hash) {
    return shards[hash >>> (Integer.SIZE - SeededHash.SHARD_BITS)];
  }
}
