package dev.ringpost.gateway;

import dev.ringpost.call.CallId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The newest calls with what was told of them, and those who wait for it. A call is forgotten when
 * newer ones need its place, but not while somebody waits. Safe for many threads.
 */
final class CallMemory {

  /** Bound on what is remembered of one call: each callee of a fork has several results. */
  static final int MAX_TOLD = 128;

  private static final class Call {
    final List<Told> told = new ArrayList<>();
    final Map<Told.Place, CompletableFuture<Told>> awaited = new LinkedHashMap<>();
    final List<Consumer<Told>> listeners = new ArrayList<>();

    boolean isIdle() {
      return awaited.isEmpty() && listeners.isEmpty();
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

  /** A result was read. */
  synchronized void told(Told told) {
    Call call = call(told.call());
    if (call.told.size() == MAX_TOLD) {
      call.told.removeFirst();
    }
    call.told.add(told);
    if (told.last() && !told.isSecond()) {
      CompletableFuture<Told> awaited = call.awaited.remove(told.invite());
      if (awaited != null) {
        awaited.complete(told);
      }
    }
    call.listeners.forEach(listener -> listener.accept(told));
  }

  /**
   * The final verdict on an invite's record, now or later. Whoever gives up waiting says so by
   * {@link #giveUp}.
   */
  synchronized CompletableFuture<Told> verdict(CallId id, Told.Place invite) {
    Call call = call(id);
    return call.told.stream()
        .filter(told -> told.last() && !told.isSecond() && told.invite().equals(invite))
        .findFirst()
        .map(CompletableFuture::completedFuture)
        .orElseGet(() -> call.awaited.computeIfAbsent(invite, _ -> new CompletableFuture<>()));
  }

  /** Nobody waits for this verdict any more. */
  synchronized void giveUp(CallId id, Told.Place invite) {
    Call call = calls.get(id);
    if (call != null) {
      call.awaited.remove(invite);
    }
  }

  /** What was told of a call, in the order of reading; empty if the call is not remembered. */
  synchronized Optional<List<Told>> of(CallId id) {
    return Optional.ofNullable(calls.get(id)).map(call -> List.copyOf(call.told));
  }

  /**
   * Hears what was told of a call and what will be, each once.
   *
   * @param listener called with the memory locked: it must not wait
   */
  synchronized Listening listen(CallId id, Consumer<Told> listener) {
    Call call = call(id);
    call.told.forEach(listener);
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
