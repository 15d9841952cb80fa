package dev.ringpost.demo;

import dev.ringpost.call.CallId;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pushes that the local APNs saw, by call and device. A ring is a push that they took. */
final class Rings {

  /** A call and a device's token in hex. */
  record Key(String call, String token) {}

  private final Map<Key, List<ReceivedPush>> pushes = new LinkedHashMap<>();
  private final Map<String, Instant> ended;

  /**
   * @param ended when the first signal that ends a call was stored, by call id
   */
  Rings(List<ReceivedPush> seen, Map<String, Instant> ended) {
    this.ended = ended;
    for (ReceivedPush push : seen) {
      if (call(push).isEmpty()) {
        // A canary, which proves a route and rings nobody.
        continue;
      }
      pushes.computeIfAbsent(key(push), _ -> new ArrayList<>()).add(push);
    }
  }

  static Key key(ReceivedPush push) {
    return new Key(call(push), push.token());
  }

  private static String call(ReceivedPush push) {
    return push.json().at("/call/id").asText();
  }

  /** Every push, in the order of arrival for each call and device. */
  Map<Key, List<ReceivedPush>> pushes() {
    return pushes;
  }

  /** The pushes of a call for a token, in the order of arrival. */
  List<ReceivedPush> of(String call, String token) {
    return pushes.getOrDefault(new Key(call, token), List.of());
  }

  /** Whether a signal told that the call is over. */
  boolean ended(CallId call) {
    return ended.containsKey(call.value());
  }

  /** How many devices were rung how often in one call. */
  Map<Long, Long> timesRung() {
    Map<Long, Long> times = new TreeMap<>();
    pushes.values().stream()
        .map(list -> list.stream().filter(ReceivedPush::accepted).count())
        .filter(count -> count > 0)
        .forEach(count -> times.merge(count, 1L, Long::sum));
    return times;
  }

  /** Pushes, taken or not, that arrived later than the deadline by more than some slack. */
  List<ReceivedPush> late(Duration slack) {
    return all().stream()
        .filter(push -> push.arrivedAt().isAfter(deadline(push).plus(slack)))
        .toList();
  }

  /**
   * Pushes, taken or not, that arrived later than the stored signal that ended their call, by more
   * than slack.
   */
  List<ReceivedPush> afterTheEnd(Duration slack) {
    return all().stream()
        .filter(
            push -> {
              Instant end = ended.get(call(push));
              return end != null && push.arrivedAt().isAfter(end.plus(slack));
            })
        .toList();
  }

  private List<ReceivedPush> all() {
    return pushes.values().stream().flatMap(List::stream).toList();
  }

  private static Instant deadline(ReceivedPush push) {
    return Instant.parse(push.json().at("/call/expiresAt").asText());
  }
}
