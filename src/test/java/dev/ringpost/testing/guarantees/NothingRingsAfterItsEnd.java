package dev.ringpost.testing.guarantees;

import dev.ringpost.call.CallId;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The guarantee that once a worker has read the end of a call, it hands over no push of that call.
 * Seen from the local APNs: none arrives later than the end was stored and the time that a worker
 * needs to read it.
 */
public final class NothingRingsAfterItsEnd implements Guarantee {

  private final Supplier<List<ReceivedPush>> arrived;
  private final List<Carriage> carried = new CopyOnWriteArrayList<>();
  private final List<Carriage> unread = new CopyOnWriteArrayList<>();
  private final Duration reading;
  private final Map<String, Instant> ends = new ConcurrentHashMap<>();

  /**
   * @param reading what a loaded machine may need from the storing of an end to its reading, and to
   *     carry a push
   */
  public NothingRingsAfterItsEnd(LocalApns apns, Duration reading) {
    this(apns::pushes, reading);
  }

  NothingRingsAfterItsEnd(Supplier<List<ReceivedPush>> arrived, Duration reading) {
    this.arrived = arrived;
    this.reading = reading;
  }

  /** The end of a call was stored; asked for {@link #ended} to be no empty check. */
  public void ended(CallId call, Instant storedAt) {
    ends.put(call.value(), storedAt);
  }

  /** Whether the end of a call was stored. */
  public boolean hasEnded(String callId) {
    return ends.containsKey(callId);
  }

  /** How many calls have ended. */
  public int ended() {
    return ends.size();
  }

  /**
   * Between these moments the network gave up what it had held back: TCP carries on what was
   * written in time, and APNs drops it by its expiration.
   */
  public void carried(Instant from, Instant to) {
    carried.add(new Carriage(from, to));
  }

  /** What was stored between these moments could be read at the later one at the soonest. */
  public void unread(Instant from, Instant to) {
    unread.add(new Carriage(from, to));
  }

  private Instant readable(Instant storedAt) {
    return unread.stream()
        .filter(time -> time.covers(storedAt))
        .map(Carriage::to)
        .reduce(storedAt, (one, other) -> one.isAfter(other) ? one : other);
  }

  private String breach(ReceivedPush push) {
    String call = push.json().at("/call/id").asText();
    return "%s rang after its end, at %s; the end was stored at %s"
        .formatted(call, push.arrivedAt(), ends.get(call));
  }

  @Override
  public List<String> breaches() {
    return arrived.get().stream()
        .filter(push -> carried.stream().noneMatch(c -> c.covers(push.arrivedAt())))
        .filter(
            push -> {
              Instant end = ends.get(push.json().at("/call/id").asText());
              return end != null && push.arrivedAt().isAfter(readable(end).plus(reading));
            })
        .map(this::breach)
        .toList();
  }
}
