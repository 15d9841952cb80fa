package dev.ringpost.directory;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.directory.table.CompactTable;
import dev.ringpost.directory.table.DeviceTable;
import dev.ringpost.directory.table.EntryBlocks;
import dev.ringpost.directory.table.Packer;
import dev.ringpost.directory.table.TableShard;
import dev.ringpost.directory.table.TokenOwnerShard;
import dev.ringpost.directory.table.UserValues;
import dev.ringpost.events.Unusable;
import dev.ringpost.events.UnusableReason;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.cloud.ContentMode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One topic's newest records in memory, as values of users: see {@link CompactTable} for what
 * counts. One thread changes it, any number look things up.
 *
 * @param <T> what it holds per device
 */
final class TopicView<T> implements MaterializedView {

  /** Bound on the users whose unreadable registrations are remembered; all of them are counted. */
  static final int MAX_UNREADABLE_USERS = 10_000;

  /** Bound on what is remembered of one user. */
  static final int MAX_UNREADABLE_EACH = 16;

  /**
   * From how many records on they are decoded on all cores: at a start, where nothing else is to be
   * done. The few that come while calls ring are not worth another thread.
   */
  static final int MANY = 500;

  /** No key holds a control character. */
  private static final char ALERT_OWNER = '\0';

  private final ViewRecord.ValueCodec<T> codec;
  private final Packer<T> packing;
  private final UnusableRecords unusable;
  private final Duration tombstoneMemory;
  private final LongSupplier since;
  private final DeviceTable table;

  /**
   * Devices whose newest registration for calls cannot be read, by user; the writer replaces whole
   * sets.
   */
  private final Map<UserId, Set<DeviceId>> unreadable = new ConcurrentHashMap<>();

  private long sweptAt;
  private int nextShard;

  /**
   * An empty view.
   *
   * @param table an empty table
   * @param tombstoneMemory how long a key that has nothing is remembered at least, at most twice as
   *     long; counted while the view is at the end of its topic
   * @param since the oldest timestamp of a record that counts, in milliseconds since 1970; values
   *     that have become older are dropped as slowly as tombstones
   * @param nanoTime the monotonic clock now
   */
  TopicView(
      DeviceTable table,
      ViewRecord.ValueCodec<T> codec,
      Packer<T> packing,
      UnusableRecords skips,
      Duration tombstoneMemory,
      LongSupplier since,
      long nanoTime) {
    this.table = table;
    this.codec = codec;
    this.packing = packing;
    this.unusable = skips;
    this.tombstoneMemory = tombstoneMemory;
    this.since = since;
    this.sweptAt = nanoTime;
  }

  /**
   * What a user's devices have under keys of one kind, in no order. A callee of an invite may have
   * a name that no key can have, and must not be taken for the owner of what stands under such a
   * one.
   */
  UserValues<T> of(UserId user, DeviceKey.Kind kind) {
    return user.value().indexOf(ALERT_OWNER) >= 0
        ? UserValues.none()
        : UserValues.of(table, owner(user, kind), kind, packing);
  }

  /**
   * The user that the table knows. What is not for calls stands under one that no key can name, so
   * that looking up a call never meets it.
   */
  private static byte[] owner(UserId user, DeviceKey.Kind kind) {
    return utf8(
        switch (kind) {
          case VOIP -> user.value();
          case ALERT -> ALERT_OWNER + user.value();
        });
  }

  /** How many of a user's registrations cannot be read, as far as the memory of them reaches. */
  int unreadable(UserId user) {
    return unreadable.isEmpty() ? 0 : unreadable.getOrDefault(user, Set.of()).size();
  }

  private void noteUnreadable(DeviceKey key) {
    Set<DeviceId> known = unreadable.getOrDefault(key.user(), Set.of());
    boolean isRoom =
        known.isEmpty()
            ? unreadable.size() < MAX_UNREADABLE_USERS
            : known.size() < MAX_UNREADABLE_EACH;
    if (isRoom) {
      Set<DeviceId> more = new HashSet<>(known);
      more.add(key.device());
      unreadable.put(key.user(), Set.copyOf(more));
    }
  }

  private void noteReadable(DeviceKey key) {
    if (unreadable.isEmpty() || key.kind() != DeviceKey.Kind.VOIP) {
      return;
    }
    unreadable.computeIfPresent(
        key.user(),
        (_, known) -> {
          Set<DeviceId> fewer = new HashSet<>(known);
          fewer.remove(key.device());
          return fewer.isEmpty() ? null : Set.copyOf(fewer);
        });
  }

  @Override
  public void apply(ConsumerRecord<byte[], byte[]> record) {
    apply(record, decoded(record));
  }

  /** Decoding, which is half of the work, depends on nothing but the record. */
  @Override
  public void applyAll(List<ConsumerRecord<byte[], byte[]>> records) {
    if (records.size() < MANY) {
      records.forEach(this::apply);
      return;
    }
    List<ViewRecord<T>> decoded = records.parallelStream().map(this::decoded).toList();
    for (int n = 0; n < decoded.size(); n++) {
      apply(records.get(n), decoded.get(n));
    }
  }

  private ViewRecord<T> decoded(ConsumerRecord<byte[], byte[]> record) {
    Instant timestamp = Instant.ofEpochMilli(Math.max(0, record.timestamp()));
    ContentMode mode = ContentMode.of(record.headers());
    return ViewRecord.read(record.key(), record.value(), mode, timestamp, codec);
  }

  private void apply(ConsumerRecord<byte[], byte[]> record, ViewRecord<T> decoded) {
    switch (decoded) {
      case ViewRecord.Entry<T>(DeviceKey key, T value) -> {
        put(record, key, isTooOld(record) ? null : packing.pack(value));
        noteReadable(key);
      }
      case ViewRecord.Removed<T>(DeviceKey key) -> {
        put(record, key, null);
        noteReadable(key);
      }
      case ViewRecord.UnusableValue<T>(DeviceKey key, Unusable why) -> {
        put(record, key, null);
        if (why.reason() == UnusableReason.OTHER_PROVIDER) {
          noteReadable(key);
        } else if (key.kind() == DeviceKey.Kind.VOIP) {
          noteUnreadable(key);
        }
        unusable.unusable(record, why);
      }
      case ViewRecord.MalformedKey<T>(Unusable why) -> unusable.unusable(record, why);
    }
  }

  private boolean isTooOld(ConsumerRecord<byte[], byte[]> record) {
    return record.timestamp() < since.getAsLong();
  }

  private void put(
      ConsumerRecord<byte[], byte[]> record, DeviceKey key, byte @Nullable [] payload) {
    DeviceTable.Put taken =
        table.put(
            owner(key.user(), key.kind()),
            utf8(key.device().value()),
            record.partition(),
            record.timestamp(),
            payload);
    switch (taken) {
      case TAKEN -> {}
      case ON_TWO_PARTITIONS -> unusable.onTwoPartitions(record);
      case CROWDED ->
          unusable.unusable(
              record,
              new Unusable(
                  UnusableReason.TOO_MANY_USERS,
                  "more than "
                      + TokenOwnerShard.MAX_RIVALS
                      + " users have the token: it rings nowhere"));
      case FULL ->
          unusable.unusable(
              record,
              new Unusable(
                  UnusableReason.TOO_MANY_DEVICES,
                  "the user has " + TableShard.MAX_PER_USER + " devices already"));
    }
  }

  /**
   * Writes all that lookups need, by another thread than the writer's.
   *
   * @param goesOn asked now and then whether there is still reason to; if not, this fails
   */
  void save(DataOutputStream out, BooleanSupplier goesOn) throws IOException {
    table.save(
        (from, length) -> {
          if (!goesOn.getAsBoolean()) {
            throw new InterruptedIOException("there is no more time for it");
          }
          out.writeInt(length);
          out.write(from, 0, length);
        });
    out.writeInt(0);
    // Behind the entries, for these may name an app that came while they were copied.
    List<BundleId> apps = packing.apps();
    out.writeInt(apps.size());
    for (BundleId app : apps) {
      out.writeUTF(app.value());
    }
    for (var user : unreadable.entrySet()) {
      for (DeviceId device : user.getValue()) {
        out.writeUTF(new DeviceKey(user.getKey(), device).wire());
      }
    }
    out.writeUTF("");
  }

  /**
   * Takes what was saved; this view must have nothing else. It is of no use if this fails.
   *
   * @param goesOn asked now and then whether there is still reason to
   * @return whether there was to the end
   * @throws IllegalArgumentException if it is not what was saved, as {@link IOException}
   */
  boolean restore(DataInputStream in, BooleanSupplier goesOn) throws IOException {
    byte[] block = new byte[EntryBlocks.MAX_BYTES];
    for (int length = in.readInt(); length > 0; length = in.readInt()) {
      in.readFully(block, 0, length);
      table.restore(block, length);
      if (!goesOn.getAsBoolean()) {
        return false;
      }
    }
    table.restored();
    List<BundleId> apps = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      apps.add(new BundleId(in.readUTF()));
    }
    packing.restore(apps);
    for (String key = in.readUTF(); !key.isEmpty(); key = in.readUTF()) {
      noteUnreadable(DeviceKey.parse(utf8(key)));
    }
    return true;
  }

  @Override
  public void passed(TopicPartition partition, long from, long to, Throwable cause) {
    unusable.passed(partition, from, to, cause);
  }

  @Override
  public void atEnd(long nanoTime) {
    unusable.tellUnnamed();
    if (nanoTime - sweptAt >= tombstoneMemory.toNanos() / CompactTable.SHARDS) {
      sweptAt = nanoTime;
      table.sweep(nextShard, since.getAsLong());
      nextShard = (nextShard + 1) % CompactTable.SHARDS;
    }
  }

  /** Devices that have something. */
  @Override
  public long entries() {
    return table.live();
  }

  /** Keys that are known to have nothing. */
  long tombstones() {
    return table.tombstones();
  }

  /** Values that are hidden by a newer record of the same key on another partition. */
  long shadowed() {
    return table.shadowed();
  }

  /** Bytes in memory. */
  long bytes() {
    return table.bytes();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
