package dev.ringpost.testing.guarantees;

import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The guarantee that no push is handed to a connection after its deadline. Seen from the local
 * APNs, on the same clock: none arrives later than the deadline of its invite and the time that the
 * machine needs to carry it, and none names a later deadline, to the phone or to Apple.
 */
public final class NothingLateRings implements Guarantee {

  /** What a loaded machine may need between the writing and the reading of a push. */
  private static final Duration CARRIAGE = Duration.ofMillis(500);

  /** Times in a payload have milliseconds. */
  private static final Duration ROUNDED = Duration.ofMillis(1);

  private final Supplier<List<ReceivedPush>> pushes;
  private final Function<String, Optional<Instant>> deadlines;
  private final Runnable look;
  private final List<Carriage> carried = new CopyOnWriteArrayList<>();

  /** What arrived at an APNs, held against the invites of a platform. */
  public NothingLateRings(LocalApns apns, CallPlatform platform) {
    this(apns::pushes, new TrueDeadlines(platform));
  }

  private NothingLateRings(Supplier<List<ReceivedPush>> pushes, TrueDeadlines deadlines) {
    this.pushes = pushes;
    this.deadlines = deadlines;
    this.look = deadlines::look;
  }

  /**
   * What arrived, held against deadlines.
   *
   * @param deadlines that of a call by its id; where it is not known the push's own word counts
   */
  public NothingLateRings(
      Supplier<List<ReceivedPush>> pushes, Function<String, Optional<Instant>> deadlines) {
    this.pushes = pushes;
    this.deadlines = deadlines;
    this.look = () -> {};
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
    look.run();
    return (int)
        rings().filter(this::isCarried).filter(push -> isLate(push, deadline(push))).count();
  }

  /** Those of calls; what a worker tries a credential with is of none, and goes to nobody. */
  private Stream<ReceivedPush> rings() {
    return pushes.get().stream().filter(push -> push.json().at("/call/expiresAt").isTextual());
  }

  private boolean isCarried(ReceivedPush push) {
    return carried.stream().anyMatch(c -> c.covers(push.arrivedAt()));
  }

  private static boolean isLate(ReceivedPush push, Instant deadline) {
    return push.arrivedAt().isAfter(deadline.plus(CARRIAGE));
  }

  private Instant deadline(ReceivedPush push) {
    return deadlines
        .apply(push.json().at("/call/id").asText())
        .orElseGet(() -> time(push, "expiresAt"));
  }

  private static Instant time(ReceivedPush push, String field) {
    return Instant.parse(push.json().at("/call/" + field).asText());
  }

  private Stream<String> breaches(ReceivedPush push) {
    Instant deadline = deadline(push);
    Stream.Builder<String> breaches = Stream.builder();
    String id = push.header("apns-id");
    if (isLate(push, deadline) && !isCarried(push)) {
      breaches.add(
          "%s arrived at %s, after its deadline, %s; it was made at %s"
              .formatted(id, push.arrivedAt(), deadline, time(push, "sentAt")));
    }
    if (time(push, "expiresAt").isAfter(deadline.plus(ROUNDED))) {
      breaches.add(
          "%s says that it rings until %s; its invite says %s"
              .formatted(id, time(push, "expiresAt"), deadline));
    }
    if (Long.parseLong(push.header("apns-expiration")) > deadline.getEpochSecond()) {
      breaches.add(
          "%s lets Apple ring until %s; its deadline is %s"
              .formatted(id, push.header("apns-expiration"), deadline));
    }
    return breaches.build();
  }

  @Override
  public List<String> breaches() {
    look.run();
    return rings().flatMap(this::breaches).toList();
  }
}
