package dev.ringpost.apns;

import dev.ringpost.delivery.ExpiringMap;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A map on one thread that forgets each entry when its time is over, and the oldest when there are
 * too many. Not thread-safe.
 *
 * <p>It is no {@link ExpiringMap}, which many threads share: that one finds an entry for up to
 * twice its time, and drops half of what it has when it is full. An answer that comes too late must
 * not be taken for the one that is waited for, so here each entry has its own time.
 */
final class ForgettingMap<K, V> {

  private record Entry<V>(V value, long sinceNanos) {}

  private final LinkedHashMap<K, Entry<V>> entries = new LinkedHashMap<>();
  private final int most;
  private final Duration kept;
  private final LongSupplier nanos;

  /**
   * @param most bound on entries
   * @param kept for how long each is kept
   * @param nanos the time, as {@link System#nanoTime}
   */
  ForgettingMap(int most, Duration kept, LongSupplier nanos) {
    this.most = most;
    this.kept = kept;
    this.nanos = nanos;
  }

  void put(K key, V value) {
    forgetOld();
    entries.remove(key);
    entries.put(key, new Entry<>(value, nanos.getAsLong()));
    if (entries.size() > most) {
      Map.Entry<K, Entry<V>> _ = entries.pollFirstEntry();
    }
  }

  @Nullable V get(K key) {
    forgetOld();
    Entry<V> entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  @Nullable V remove(K key) {
    forgetOld();
    Entry<V> entry = entries.remove(key);
    return entry == null ? null : entry.value();
  }

  int size() {
    return entries.size();
  }

  private void forgetOld() {
    if (entries.isEmpty()) {
      return;
    }
    long now = nanos.getAsLong();
    while (!entries.isEmpty()
        && now - entries.firstEntry().getValue().sinceNanos() > kept.toNanos()) {
      Map.Entry<K, Entry<V>> _ = entries.pollFirstEntry();
    }
  }
}
