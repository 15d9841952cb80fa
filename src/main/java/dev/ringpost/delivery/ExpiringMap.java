package dev.ringpost.delivery;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BinaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map that many threads share and that forgets by halves. What is put goes into the young half,
 * and when that is full or has been filled for long enough, it becomes the old one and the old one
 * is forgotten. So everything is found for a given time at least and for twice as long at most,
 * unless there is too much: then the older half goes at once. What has had its time is found no
 * more, though its room is free only when something is put or {@link #forget} is called.
 *
 * <p>Up to a quarter of a million entries are put here while calls ring, so none has its own time.
 * Where one thread keeps a few and each must be found for its time exactly, the engine has {@code
 * ForgettingMap}.
 *
 * <p>Safe for many threads. Looking up takes no lock; putting takes that of one bin of a hash table
 * for a moment.
 *
 * @param <K> comparable, for call servers choose the ids that keys are made of: a bin of many keys
 *     that share a hash is a tree, in which only comparable keys are found without looking at all
 * @param <V> what is kept under a key
 */
public final class ExpiringMap<K extends Comparable<K>, V> {

  /**
   * The two halves, of which the old one is dropped as a whole.
   *
   * @param extra how much room the values of the young half take beyond one each
   * @param since when the young half was begun, or would have been by a map that is always in use
   */
  private record Halves<K, V>(
      ConcurrentMap<K, V> young, LongAdder extra, ConcurrentMap<K, V> old, long since) {}

  /** A listener to what goes before its time, for there is too much. */
  @FunctionalInterface
  public interface Early {

    /**
     * Some go before their time.
     *
     * @param entries how many, at least one
     * @param stays what was put within the last so much stays
     */
    void forgotten(int entries, Duration stays);

    /** Nobody. */
    static Early untold() {
      return (_, _) -> {};
    }
  }

  private final int halfFull;
  private final long keepNanos;
  private final LongSupplier nanoTime;
  private final Early forgottenEarly;
  private volatile Halves<K, V> halves;

  /**
   * An empty map.
   *
   * @param max bound on what is kept
   * @param keep how long at least, in the monotonic clock's time
   * @param forgottenEarly is told what has to go before that, before it is gone
   */
  public ExpiringMap(int max, Duration keep, LongSupplier nanoTime, Early forgottenEarly) {
    this.halfFull = max / 2;
    this.keepNanos = keep.toNanos();
    this.nanoTime = nanoTime;
    this.forgottenEarly = forgottenEarly;
    this.halves = begun(new ConcurrentHashMap<>(), nanoTime.getAsLong());
  }

  /** What is kept under a key, or null. */
  public @Nullable V get(K key) {
    Halves<K, V> now = halves;
    V young = now.young().get(key);
    V found = young == null ? now.old().get(key) : young;
    if (found == null) {
      return null; // Nearly always so: the clock, which costs more than this, is not asked.
    }
    return age(now) < (young == null ? keepNanos : 2 * keepNanos) ? found : null;
  }

  /**
   * Puts a value, which is kept from now on.
   *
   * @param both makes one value of the one that is known and the new one; the same of one value and
   *     itself
   * @return what is kept
   */
  public V merge(K key, V value, BinaryOperator<V> both) {
    forget();
    while (true) {
      Halves<K, V> now = halves;
      V old = now.old().get(key);
      V kept = now.young().merge(key, old == null ? value : both.apply(old, value), both);
      if (!turnedSince(now)) {
        return kept;
      }
      // The halves turned meanwhile: another thread may have put its value into the new one and not
      // have seen this one.
    }
  }

  /**
   * Puts a value, which is kept from now on, instead of what is known.
   *
   * @param room how many of the values that {@code max} counts it takes the room of
   */
  public void put(K key, V value, int room) {
    forget();
    Halves<K, V> now;
    do {
      now = halves;
      now.young().put(key, value);
      now.extra().add(room - 1);
    } while (turnedSince(now)); // What is put into a half that turned may be gone at once.
  }

  /**
   * Forgets one key, if its value is such a one: another thread may have put another since it was
   * looked up.
   */
  public void removeIf(K key, Predicate<V> such) {
    Halves<K, V> now = halves;
    now.young().computeIfPresent(key, (_, value) -> such.test(value) ? null : value);
    now.old().computeIfPresent(key, (_, value) -> such.test(value) ? null : value);
  }

  /** Frees the room of what has had its time. Putting does so too; this is for quiet hours. */
  public void forget() {
    if (isTime(halves)) {
      turn();
    }
  }

  /** By which object it is, for two with the same content are two. */
  @SuppressWarnings("ReferenceEquality")
  private boolean turnedSince(Halves<K, V> then) {
    return halves != then;
  }

  private boolean isTime(Halves<K, V> now) {
    return isOld(now) || now.young().size() + now.extra().sum() >= halfFull;
  }

  private boolean isOld(Halves<K, V> now) {
    return age(now) >= keepNanos;
  }

  private long age(Halves<K, V> now) {
    return nanoTime.getAsLong() - now.since();
  }

  private synchronized void turn() {
    Halves<K, V> now = halves;
    if (!isTime(now)) {
      return; // Another thread was faster.
    }
    long time = nanoTime.getAsLong();
    long age = time - now.since();
    if (age >= 2 * keepNanos) {
      halves = begun(new ConcurrentHashMap<>(), time);
    } else if (age >= keepNanos) {
      // Whatever stands in the young half was put before its time was over, however late it is now.
      halves = begun(now.young(), now.since() + keepNanos);
    } else {
      if (!now.old().isEmpty()) {
        forgottenEarly.forgotten(now.old().size(), Duration.ofNanos(age));
      }
      halves = begun(now.young(), time);
    }
  }

  private Halves<K, V> begun(ConcurrentMap<K, V> old, long since) {
    return new Halves<>(emptyHalf(), new LongAdder(), old, since);
  }

  /** With all its bins at once, for growing while it is used costs more than the room. */
  private ConcurrentMap<K, V> emptyHalf() {
    return new ConcurrentHashMap<>(halfFull);
  }

  /** Whether nothing is kept. */
  public boolean isEmpty() {
    Halves<K, V> now = halves;
    return now.young().isEmpty() && now.old().isEmpty();
  }

  /** How many are kept; one that is in both halves counts twice. */
  public long size() {
    Halves<K, V> now = halves;
    return (long) now.young().size() + now.old().size();
  }
}
