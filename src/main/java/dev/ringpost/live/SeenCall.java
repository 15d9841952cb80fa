package dev.ringpost.live;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.events.CalleeAs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One invite with what this worker did about it.
 *
 * @param origin where its record stood first
 * @param call the digest of the call id, empty if that could not be read
 * @param callee the digest of the callee, empty if it could not be read
 * @param attempts the newest attempts, oldest first, at most {@link #MAX_ATTEMPTS}
 * @param earlier how many attempts of this worker came before these
 * @param ring the second verdict, once there is one
 */
record SeenCall(
    Origin origin,
    String call,
    String callee,
    List<SeenAttempt> attempts,
    int earlier,
    Optional<SeenRing> ring) {

  /** Bound on the attempts of a call that are kept. */
  static final int MAX_ATTEMPTS = 5;

  SeenCall {
    attempts = List.copyOf(attempts);
  }

  /** A call that was not seen before. */
  static SeenCall of(Arrival arrival) {
    Origin origin = arrival.envelope().origin();
    return switch (arrival) {
      case Arrival.Invited(_, var attempt) ->
          fresh(
              origin,
              CalleeAs.digest(attempt.invite().callId().value()),
              CalleeAs.digest(attempt.invite().callee().value()));
      case Arrival.Malformed(_, _, var callId) ->
          fresh(origin, callId.map(CallId::value).map(CalleeAs::digest).orElse(""), "");
    };
  }

  private static SeenCall fresh(Origin origin, String call, String callee) {
    return new SeenCall(origin, call, callee, List.of(), 0, Optional.empty());
  }

  /** The same after one more attempt. */
  SeenCall with(SeenAttempt attempt) {
    List<SeenAttempt> all = new ArrayList<>(attempts);
    all.add(attempt);
    int over = Math.max(0, all.size() - MAX_ATTEMPTS);
    return new SeenCall(origin, call, callee, all.subList(over, all.size()), earlier + over, ring);
  }

  /** The same with its second verdict. */
  SeenCall with(SeenRing told) {
    return new SeenCall(origin, call, callee, attempts, earlier, Optional.of(told));
  }
}
