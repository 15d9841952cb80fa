package dev.ringpost.apns;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The lanes of a route. Lives on the loop, but for what meters ask. */
final class Lanes {

  private List<Lane> lanes = List.of();

  /**
   * Sets them up, once.
   *
   * @param maker makes a lane by its number, from 1 on
   */
  void fill(int count, IntFunction<Lane> maker) {
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

  /**
   * Looks which connections serve.
   *
   * @param ringsWait whether rings wait for a place
   */
  void look(boolean ringsWait) {
    lanes.forEach(lane -> lane.look(ringsWait));
  }

  /** Whether a connection holds bodies that must be looked at. */
  boolean holdBodies() {
    return lanes.stream().anyMatch(Lane::holdsBodies);
  }

  /**
   * The best connection that has a stream free, but not this one, by load and success. One that
   * says nothing, or that mostly fails, only if there is no other.
   */
  @Nullable Link best(@Nullable Link but) {
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
    if (link.liveness().isQuiet() != than.liveness().isQuiet()) {
      return than.liveness().isQuiet();
    }
    if (link.health().isSuspect() != than.health().isSuspect()) {
      return than.health().isSuspect();
    }
    return link.health().cost(link.inFlight()) < than.health().cost(than.inFlight());
  }

  /**
   * Has each connection replaced that fails while another one answers well. Also looked at when
   * that one answers: the one that fails is not asked any more, and so would stay as it is.
   */
  void replaceSick() {
    long now = System.nanoTime();
    for (Lane lane : lanes) {
      Link link = lane.current();
      if (link != null
          && link.isOpen()
          && link.health().isSick()
          && anyBut(link, other -> other.health().isWell(now))) {
        link.replaceAsSick();
      }
    }
  }

  /** Whether another connection than this one has not failed when it was last asked. */
  boolean anyUnblamedBut(Link link) {
    return anyBut(link, other -> other.health().isUnblamed());
  }

  private boolean anyBut(Link link, Predicate<Link> such) {
    for (Lane lane : lanes) {
      Link other = lane.current();
      if (other != null && other != link && other.isOpen() && such.test(other)) {
        return true;
      }
    }
    return false;
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
