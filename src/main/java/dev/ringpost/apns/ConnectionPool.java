package dev.ringpost.apns;

import dev.ringpost.apns.path.Loss;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The connections of a route. Lives on the loop, but for what meters ask. */
final class ConnectionPool {

  private List<ConnectionSlot> slots = List.of();

  /**
   * Sets them up, once.
   *
   * @param maker makes a connection by its number, from 1 on
   */
  void fill(int count, IntFunction<ConnectionSlot> maker) {
    slots = IntStream.rangeClosed(1, count).mapToObj(maker).toList();
  }

  void open() {
    slots.forEach(ConnectionSlot::open);
  }

  /** Pushes that may be in flight now; may be asked on any thread. */
  int limit() {
    return slots.stream().mapToInt(ConnectionSlot::limit).sum();
  }

  /** Connections that have a connection; may be asked on any thread. */
  long countOpen() {
    return slots.stream().filter(ConnectionSlot::isOpen).count();
  }

  boolean anyOpen() {
    for (ConnectionSlot slot : slots) {
      if (slot.isOpen()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Looks which connections serve.
   *
   * @param pushesWait whether pushes wait for a place
   */
  void look(boolean pushesWait) {
    slots.forEach(slot -> slot.look(pushesWait));
  }

  /** Whether a connection holds bodies that must be looked at. */
  boolean holdBodies() {
    return slots.stream().anyMatch(ConnectionSlot::holdsBodies);
  }

  /**
   * The best connection that has a stream free, but not this one, by load and success. One that
   * says nothing, or that mostly fails, only if there is no other.
   */
  @Nullable ApnsConnection best(PushTry.@Nullable Carrier but) {
    ApnsConnection best = null;
    for (ConnectionSlot slot : slots) {
      ApnsConnection connection = slot.free();
      if (connection != null && connection != but && (best == null || isBetter(connection, best))) {
        best = connection;
      }
    }
    return best;
  }

  /** The best connection for a first try: the one of that name only if no other has a place. */
  @Nullable ApnsConnection bestWithout(String avoided) {
    if (avoided.isEmpty()) {
      return best(null);
    }
    ApnsConnection best = best(named(avoided));
    return best == null ? best(null) : best;
  }

  private @Nullable ApnsConnection named(String name) {
    for (ConnectionSlot slot : slots) {
      ApnsConnection connection = slot.current();
      if (connection != null && connection.name().equals(name)) {
        return connection;
      }
    }
    return null;
  }

  /** The best connection for a push that failed on this one: this one itself as the last resort. */
  @Nullable ApnsConnection bestAfter(PushTry.@Nullable Carrier failed) {
    ApnsConnection best = best(failed);
    if (best != null || failed == null) {
      return best;
    }
    for (ConnectionSlot slot : slots) {
      ApnsConnection connection = slot.free();
      if (connection != null && connection == failed && !connection.health().isCondemned()) {
        return connection;
      }
    }
    return null;
  }

  private static boolean isBetter(ApnsConnection connection, ApnsConnection than) {
    if (connection.liveness().isQuiet() != than.liveness().isQuiet()) {
      return than.liveness().isQuiet();
    }
    if (connection.health().isSuspect() != than.health().isSuspect()) {
      return than.health().isSuspect();
    }
    return connection.health().cost(connection.inFlight()) < than.health().cost(than.inFlight());
  }

  /**
   * Has each connection replaced that fails while another one answers well, and each that is
   * condemned: its doubt may have come too soon after another one to be heard. Also looked at when
   * others answer: the one that fails is not asked any more, and so would stay as it is.
   *
   * @param now the loop's time
   */
  void replaceSick(long now) {
    for (ConnectionSlot slot : slots) {
      ApnsConnection connection = slot.current();
      if (connection == null || !connection.isOpen()) {
        continue;
      }
      if (connection.health().isCondemned()) {
        connection.doubt(Loss.SPOILED);
      } else if (connection.health().isSick()
          && anyBut(connection, other -> other.health().isWell(now))) {
        connection.doubt(Loss.SICK);
      }
    }
  }

  /** Whether another connection than this one has not failed when it was last asked. */
  boolean anyUnblamedBut(ApnsConnection connection) {
    return anyBut(connection, other -> other.health().isUnblamed());
  }

  private boolean anyBut(ApnsConnection connection, Predicate<ApnsConnection> such) {
    for (ConnectionSlot slot : slots) {
      ApnsConnection other = slot.current();
      if (other != null && other != connection && other.isOpen() && such.test(other)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Moves every connection to a new connection, one after the other; completes when that is done.
   */
  CompletableFuture<Void> renew() {
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (ConnectionSlot slot : slots) {
      done = done.thenCompose(_ -> slot.renew());
    }
    return done;
  }

  /** Closes all; completes when that is done. */
  CompletableFuture<Void> close() {
    return CompletableFuture.allOf(
        slots.stream().map(ConnectionSlot::close).toArray(CompletableFuture<?>[]::new));
  }
}
