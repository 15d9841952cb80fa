package dev.ringpost.gateway;

import dev.ringpost.call.CallId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The newest calls with what was told of them, and those who wait for it. A call is forgotten when
 * newer ones need its place, but not while somebody waits. Safe for many threads.
 */
final class CallMemory {

  /** Bound on what is remembered of one call: each callee of a fork has several results. */
  static final int MAX_TOLD = 128;

  /**
   * A result with its own place, by which every gateway knows it. All results of a call stand on
   * one partition, for it is their key; on another after partitions were added.
   */
  record Event(Told.Place at, Told told) {}

  /** One who waits for a result; each has a future of his own, so that none ends another's wait. */
  private record Waiter(Predicate<Told> wanted, CompletableFuture<Told> result) {

    /** Whether this is what was waited for. */
    boolean hears(Told told) {
      return wanted.test(told) && result.complete(told);
    }
  }

  private static final class Call {
    final List<Event> events = new ArrayList<>();
    final List<Waiter> waiters = new ArrayList<>();
    final List<Consumer<Event>> listeners = new ArrayList<>();

    Stream<Told> results() {
      return events.stream().map(Event::told);
    }

    /** The result that is known, or the next one that is wanted. */
    CompletableFuture<Told> ask(Optional<Told> known, Predicate<Told> wanted) {
      var result = new CompletableFuture<Told>();
      known.ifPresentOrElse(result::complete, () -> waiters.add(new Waiter(wanted, result)));
      return result;
    }

    boolean isIdle() {
      return waiters.isEmpty() && listeners.isEmpty();
    }
  }

  /** A listener's place in the memory; closed once, by whoever opened it. */
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  private final int bound;
  private final LinkedHashMap<CallId, Call> calls = new LinkedHashMap<>();

  /**
   * @param bound on the calls that are remembered
   */
  CallMemory(int bound) {
    this.bound = bound;
  }

  /**
   * A result was read.
   *
   * @param at where it stands
   */
  synchronized void told(Told told, Told.Place at) {
    Call call = call(told.call());
    if (call.events.size() == MAX_TOLD) {
      call.events.removeFirst();
    }
    var event = new Event(at, told);
    call.events.add(event);
    call.waiters.removeIf(waiter -> waiter.hears(told));
    call.listeners.forEach(listener -> listener.accept(event));
  }

  /**
   * The final verdict on an invite's record, now or later. Whoever gives up waiting says so by
   * {@link #giveUp}.
   */
  synchronized CompletableFuture<Told> verdict(CallId id, Told.Place invite) {
    Call call = call(id);
    Predicate<Told> wanted =
        told -> told.last() && !told.isSecond() && told.invite().equals(invite);
    return call.ask(call.results().filter(wanted).findFirst(), wanted);
  }

  /**
   * The final verdict that a duplicate repeats, now or later: that of the newest attempt at its
   * callee that is known. Whoever gives up waiting says so by {@link #giveUp}.
   */
  synchronized CompletableFuture<Told> repeated(Told duplicate) {
    Call call = call(duplicate.call());
    Predicate<Told> ofAttempts =
        told -> !told.isDuplicate() && !told.isSecond() && told.callee().equals(duplicate.callee());
    Optional<Told> newest = call.results().filter(ofAttempts).reduce((_, later) -> later);
    return call.ask(newest.filter(Told::last), ofAttempts.and(Told::last));
  }

  /** One who asked waits no more; others go on, though they wait for the same. */
  @SuppressWarnings("ReferenceEquality") // by which future it is
  synchronized void giveUp(CallId id, CompletableFuture<Told> asked) {
    Call call = calls.get(id);
    if (call != null) {
      call.waiters.removeIf(waiter -> waiter.result() == asked);
    }
  }

  /** What was told of a call, in the order of reading; empty if the call is not remembered. */
  synchronized Optional<List<Told>> of(CallId id) {
    return Optional.ofNullable(calls.get(id)).map(call -> call.results().toList());
  }

  /**
   * Hears what was told of a call and what will be, each once.
   *
   * @param listener called with the memory locked: it must not wait
   */
  synchronized Listening listen(CallId id, Consumer<Event> listener) {
    Call call = call(id);
    call.events.forEach(listener);
    call.listeners.add(listener);
    return () -> {
      synchronized (this) {
        call.listeners.remove(listener);
      }
    };
  }

  /** How many calls are remembered. */
  synchronized int size() {
    return calls.size();
  }

  private Call call(CallId id) {
    Call known = calls.get(id);
    if (known != null) {
      return known;
    }
    if (calls.size() >= bound) {
      forgetOldest();
    }
    Call fresh = new Call();
    calls.put(id, fresh);
    return fresh;
  }

  private void forgetOldest() {
    for (Iterator<Call> oldest = calls.values().iterator(); oldest.hasNext(); ) {
      if (oldest.next().isIdle()) {
        oldest.remove();
        return;
      }
    }
  }
}
