package dev.ringpost.tools.trace;

import dev.ringpost.tools.records.GroupStanding;
import dev.ringpost.tools.trace.Sighting.DeadLettered;
import dev.ringpost.tools.trace.Sighting.Flawed;
import java.util.Optional;

/** The rule for an invite that no result tells of: a dead letter, or nobody who reads it. */
final class UntoldCause {

  private final InviteTrace trace;

  private UntoldCause(InviteTrace trace) {
    this.trace = trace;
  }

  static Cause of(InviteTrace trace) {
    return new UntoldCause(trace).cause();
  }

  private Cause cause() {
    Optional<Cause> flawed =
        trace
            .all(DeadLettered.class)
            .findFirst()
            .map(it -> CauseWords.flaw(it.reason(), it.detail()))
            .or(
                () ->
                    trace
                        .all(Flawed.class)
                        .findFirst()
                        .map(it -> CauseWords.flaw(it.flaw().reason().code(), it.flaw().detail())));
    return flawed.orElseGet(() -> trace.standing().map(this::unread).orElseGet(this::unseen));
  }

  private Cause unseen() {
    return new Cause(
        CauseCode.NO_VERDICT,
        "No worker has told anything about the invite of " + CauseWords.time(trace.since()) + ".",
        "Look whether workers run, and at their lag.");
  }

  private Cause unread(GroupStanding standing) {
    String where =
        "The invite stands at " + trace.invite() + " since " + CauseWords.time(trace.since());
    boolean settled =
        standing.committed().isPresent()
            && standing.committed().getAsLong() > trace.invite().offset();
    if (settled) {
      return new Cause(
          CauseCode.RESULT_NOT_SEEN,
          where + "; its offset is committed, so it was handled, but no result is there.",
          "Look later than this: --around, --window; at the retention of the results' topic.");
    }
    if (standing.members() == 0) {
      return new Cause(
          CauseCode.NO_OWNER,
          where + " and nobody reads it: the group has no members.",
          "Start the workers; if they run, look at their logs: ringpost check.");
    }
    if (standing.owner().isEmpty()) {
      return new Cause(
          CauseCode.NO_OWNER,
          where
              + " and nobody owns its partition: the group has "
              + standing.members()
              + " members and is being shared out.",
          "Look for workers that restart, and at the time without an owner: ringpost check.");
    }
    return new Cause(
        CauseCode.NOT_HANDLED_YET,
        where
            + " and is not handled yet: "
            + standing.owner().get()
            + " owns the partition and has committed "
            + (standing.committed().isPresent()
                ? "offset " + standing.committed().getAsLong()
                : "nothing")
            + ".",
        "Look at that worker's log, and at its lag on the dashboard.");
  }
}
