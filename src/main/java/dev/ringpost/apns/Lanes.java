package dev.ringpost.apns;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The lanes of a route. Lives on the loop, but for what meters ask. */
final class Lanes {

  private final List<Lane> lanes;

  /**
   * @param maker makes a lane by its number, from 1 on
   */
  Lanes(int count, IntFunction<Lane> maker) {
    lanes = IntStream.rangeClosed(1, count).mapToObj(maker).toList();
  }

  void open() {
    lanes.forEach(Lane::open);
  }

  /** Pushes that may be in flight now; may be asked on any thread. */
  int limit() {
    return lanes.stream().mapToInt(Lane::limit).sum();
  }

  /** Lanes that have a connection; may be asked on any thread. */
  long countOpen() {
    return lanes.stream().filter(Lane::isOpen).count();
  }

  boolean anyOpen() {
    for (Lane lane : lanes) {
      if (lane.isOpen()) {
        return true;
      }
    }
    return false;
  }

  /** Looks which connections say nothing. */
  void look() {
    lanes.forEach(Lane::look);
  }

  /**
   * The connection with the fewest pushes in flight that has a stream free, but not this one; one
   * that says nothing only if there is no other.
   */
  @Nullable Link freest(@Nullable Link but) {
    Link best = null;
    for (Lane lane : lanes) {
      Link link = lane.free();
      if (link != null && link != but && (best == null || isBetter(link, best))) {
        best = link;
      }
    }
    return best;
  }

  private static boolean isBetter(Link link, Link than) {
    if (link.isQuiet() != than.isQuiet()) {
      return than.isQuiet();
    }
    return link.inFlight() < than.inFlight();
  }

  /** Moves every lane to a new connection, one after the other; completes when that is done. */
  CompletableFuture<Void> renew() {
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (Lane lane : lanes) {
      done = done.thenCompose(_ -> lane.renew());
    }
    return done;
  }

  /** Closes all; completes when that is done. */
  CompletableFuture<Void> close() {
    return CompletableFuture.allOf(
        lanes.stream().map(Lane::close).toArray(CompletableFuture<?>[]::new));
  }
}
