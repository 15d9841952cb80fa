package dev.ringpost.directory;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A count of the keys of a topic that stand on more than one partition, as two partitioners put
 * them. In little memory: of many keys it looks at every second, fourth, eighth one, chosen by
 * hash, so that all records of one key are looked at or none is. For one thread.
 */
final class StrayKeys {

  /** Bound on the keys that are remembered. */
  static final int MAX_KEYS = 100_000;

  private static final int MANY = -1;

  /** The partition of each key, by the key's hash. */
  private final Map<Long, Integer> partitions = new HashMap<>();

  private final int maxKeys;
  private long skipped;

  StrayKeys() {
    this(MAX_KEYS);
  }

  StrayKeys(int maxKeys) {
    this.maxKeys = maxKeys;
  }

  void seen(byte[] key, int partition) {
    long hash = UUID.nameUUIDFromBytes(key).getLeastSignificantBits();
    if ((hash & skipped) != 0) {
      return;
    }
    partitions.merge(hash, partition, (one, other) -> one.equals(other) ? one : MANY);
    while (partitions.size() > maxKeys) {
      skipped = skipped * 2 + 1;
      partitions.keySet().removeIf(known -> (known & skipped) != 0);
    }
  }

  /** How many there are; of many keys, how many by those that were looked at. */
  long count() {
    long found = partitions.values().stream().filter(partition -> partition == MANY).count();
    return found * (skipped + 1);
  }
}
