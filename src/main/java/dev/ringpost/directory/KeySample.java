package dev.ringpost.directory;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A sample of the keys of a topic: how many stand on more than one partition, as two partitioners
 * put them, and how many records there are for each that has a value. In little memory: of many
 * keys it looks at every second, fourth, eighth one, chosen by hash, so that all records of one key
 * are looked at or none is. For one thread.
 */
final class KeySample {

  /** Bound on the keys that are remembered. */
  static final int MAX_KEYS = 100_000;

  /** A key that was looked at, by its records so far. */
  private static final class Seen {

    private final int partition;
    private boolean onSeveral;
    private boolean live;
    private long records;

    Seen(int partition) {
      this.partition = partition;
    }
  }

  /** By the key's hash. */
  private final Map<Long, Seen> keys = new HashMap<>();

  private final int maxKeys;
  private long skipped;

  KeySample() {
    this(MAX_KEYS);
  }

  KeySample(int maxKeys) {
    this.maxKeys = maxKeys;
  }

  /**
   * A record was read.
   *
   * @param live whether it gives the key a value; the last one that is read decides
   */
  void seen(byte[] key, int partition, boolean live) {
    long hash = UUID.nameUUIDFromBytes(key).getLeastSignificantBits();
    if ((hash & skipped) != 0) {
      return;
    }
    Seen seen = keys.computeIfAbsent(hash, _ -> new Seen(partition));
    seen.onSeveral |= partition != seen.partition;
    seen.live = live;
    seen.records++;
    while (keys.size() > maxKeys) {
      skipped = skipped * 2 + 1;
      keys.keySet().removeIf(known -> (known & skipped) != 0);
    }
  }

  /** How many stand on several partitions; of many keys, how many by those that were looked at. */
  long strays() {
    return keys.values().stream().filter(seen -> seen.onSeveral).count() * oneIn();
  }

  /** The records of the keys that were looked at, removals included. */
  long records() {
    return keys.values().stream().mapToLong(seen -> seen.records).sum();
  }

  /** Those of the keys that were looked at whose last record is a value. */
  long live() {
    return keys.values().stream().filter(seen -> seen.live).count();
  }

  /** Every how many keys one was looked at; 1 if all were. */
  long oneIn() {
    return skipped + 1;
  }
}
