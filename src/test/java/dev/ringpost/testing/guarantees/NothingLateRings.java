package dev.ringpost.testing.guarantees;

import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The guarantee that no push is handed to a connection after its deadline. Seen from the local
 * APNs, on the same clock: none arrives later than its deadline and the time that the machine needs
 * to carry it.
 */
public final class NothingLateRings implements Guarantee {

  /** What a loaded machine may need between the writing and the reading of a push. */
  private static final Duration CARRIAGE = Duration.ofMillis(500);

  private final LocalApns apns;
  private final List<Carriage> carried = new CopyOnWriteArrayList<>();

  public NothingLateRings(LocalApns apns) {
    this.apns = apns;
  }

  /**
   * Between these moments the network gave up what it had held back: TCP carries on what was
   * written in time, and APNs drops it by its expiration.
   */
  public void carried(Instant from, Instant to) {
    carried.add(new Carriage(from, to));
  }

  /** How many pushes the network carried past their deadline. */
  public int carriedLate() {
    return (int)
        apns.pushes().stream()
            .filter(push -> carried.stream().anyMatch(c -> c.covers(push.arrivedAt())))
            .filter(NothingLateRings::isLate)
            .count();
  }

  /** Of a call; what a worker tries a credential with is of none, and goes to nobody. */
  private static boolean isLate(ReceivedPush push) {
    return push.json().has("call")
        && push.arrivedAt().isAfter(time(push, "expiresAt").plus(CARRIAGE));
  }

  private static Instant time(ReceivedPush push, String field) {
    return Instant.parse(push.json().at("/call/" + field).asText());
  }

  private static String breach(ReceivedPush push) {
    return "%s arrived at %s, after its deadline, %s; it was made at %s"
        .formatted(
            push.header("apns-id"),
            push.arrivedAt(),
            time(push, "expiresAt"),
            time(push, "sentAt"));
  }

  @Override
  public List<String> breaches() {
    return apns.pushes().stream()
        .filter(push -> carried.stream().noneMatch(c -> c.covers(push.arrivedAt())))
        .filter(NothingLateRings::isLate)
        .map(NothingLateRings::breach)
        .toList();
  }
}
