package dev.ringpost.live;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.rings.RingReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The last calls that this worker decided something about, by digests; when one comes that is not
 * among them, the oldest goes. A record is one call however often it is tried, and its repeat is
 * another. Safe for many threads.
 */
final class RecentCalls {

  /** Bound on the calls that are kept. */
  static final int MAX_CALLS = 50;

  @GuardedBy("this")
  private final LinkedHashMap<Origin, SeenCall> calls = new LinkedHashMap<>();

  void add(Decision decision) {
    // digests are reckoned before anybody can wait for it
    SeenCall fresh = SeenCall.of(decision.arrival());
    SeenAttempt attempt = SeenAttempt.of(decision);
    synchronized (this) {
      SeenCall known = Optional.ofNullable(calls.get(fresh.origin())).orElse(fresh);
      calls.put(fresh.origin(), known.with(attempt));
      if (calls.size() > MAX_CALLS) {
        calls.pollFirstEntry();
      }
    }
  }

  /** A second verdict; nothing if its call is not kept any more. */
  void add(RingReport report) {
    SeenRing ring = SeenRing.of(report);
    synchronized (this) {
      calls.computeIfPresent(report.call().origin(), (_, call) -> call.with(ring));
    }
  }

  /** All that are kept, the newest first. */
  synchronized List<SeenCall> newestFirst() {
    return new ArrayList<>(calls.values()).reversed();
  }
}
