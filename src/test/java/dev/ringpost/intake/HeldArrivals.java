package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/** A handler whose two ends, place given back and offset settled, the test holds in its hand. */
final class HeldArrivals implements ArrivalHandler {

  private record Key(TopicPartition partition, long offset) {}

  private final Map<Key, CompletableFuture<Void>> stored = new ConcurrentHashMap<>();
  private final Map<Key, Arrival.Claim> claims = new ConcurrentHashMap<>();
  private final Map<TopicPartition, ConcurrentSkipListMap<Long, Boolean>> handled =
      new ConcurrentHashMap<>();
  private final Map<Key, Integer> handlings = new ConcurrentHashMap<>();
  private final Set<Key> throwing = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private volatile boolean full;
  private volatile Duration signalsBehind = Duration.ZERO;

  @Override
  public CompletableFuture<Void> handle(Arrival arrival, Arrival.Claim claim, Runnable decided) {
    var origin = arrival.envelope().origin();
    var key = new Key(new TopicPartition(origin.topic(), origin.partition()), origin.offset());
    claims.put(key, claim);
    handlings.merge(key, 1, Integer::sum);
    var future = stored.computeIfAbsent(key, _ -> new CompletableFuture<>());
    handled
        .computeIfAbsent(key.partition(), _ -> new ConcurrentSkipListMap<>())
        .put(key.offset(), true);
    if (throwing.contains(key)) {
      throw new IllegalStateException("planted");
    }
    var _ = CompletableFuture.anyOf(future, finished).thenRun(decided);
    return future;
  }

  @Override
  public boolean isFull() {
    return full;
  }

  /** Whether so much waits to be stored that nothing more is to be read. */
  void full(boolean isFull) {
    full = isFull;
  }

  @Override
  public Duration signalsBehind() {
    return signalsBehind;
  }

  /** How far signals are behind. */
  void signalsBehind(Duration behind) {
    signalsBehind = behind;
  }

  List<Long> handled(TopicPartition partition) {
    return List.copyOf(handled.getOrDefault(partition, new ConcurrentSkipListMap<>()).keySet());
  }

  /** How often the record at an offset was handled. */
  int handlings(TopicPartition partition, long offset) {
    return handlings.getOrDefault(new Key(partition, offset), 0);
  }

  /** That of the newest reading. */
  Arrival.Claim claim(TopicPartition partition, long offset) {
    return Objects.requireNonNull(claims.get(new Key(partition, offset)));
  }

  BooleanSupplier held(TopicPartition partition, long offset) {
    return claim(partition, offset)::held;
  }

  void settle(TopicPartition partition, long offset) {
    stored
        .computeIfAbsent(new Key(partition, offset), _ -> new CompletableFuture<>())
        .complete(null);
  }

  void throwAt(TopicPartition partition, long offset) {
    throwing.add(new Key(partition, offset));
  }

  void finishAll() {
    finished.complete(null);
  }

  void settleAll() {
    finished.complete(null);
    stored.values().forEach(future -> future.complete(null));
  }
}
