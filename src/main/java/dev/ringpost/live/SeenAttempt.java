package dev.ringpost.live;

import dev.ringpost.call.Arrival;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Explanation;
import dev.ringpost.delivery.Verdict;
import java.time.Instant;
import java.util.List;

/**
 * One attempt at a call.
 *
 * @param number 1 for the first
 * @param decidedAt when it was decided
 * @param verdict the word that the call's server was told, or {@link #ABANDONED}
 * @param last whether it ended the call
 * @param reason the code of the reason, empty where the verdict says all
 * @param devices the first devices, at most {@link #MAX_DEVICES}
 * @param more how many devices there were beyond these
 */
record SeenAttempt(
    int number,
    Instant decidedAt,
    String verdict,
    boolean last,
    String reason,
    List<SeenDevice> devices,
    int more) {

  /** Bound on the devices of an attempt that are kept: more than nearly everybody has. */
  static final int MAX_DEVICES = 8;

  /** The word for an attempt whose call went to another worker. */
  static final String ABANDONED = "abandoned";

  SeenAttempt {
    devices = List.copyOf(devices);
  }

  static SeenAttempt of(Decision decision) {
    List<SeenDevice> devices =
        decision.report().pushes().stream().limit(MAX_DEVICES).map(SeenDevice::of).toList();
    return new SeenAttempt(
        number(decision.arrival()),
        decision.decidedAt(),
        decision.disposition().told().map(Verdict::wire).orElse(ABANDONED),
        isLast(decision.disposition()),
        Explanation.of(decision).map(Explanation::reason).orElse(""),
        devices,
        decision.report().pushes().size() - devices.size());
  }

  private static int number(Arrival arrival) {
    return switch (arrival) {
      case Arrival.Invited(_, var attempt) -> attempt.number();
      case Arrival.Malformed _ -> 1;
    };
  }

  private static boolean isLast(Disposition disposition) {
    return switch (disposition) {
      case Disposition.Final _, Disposition.DeadLetter _ -> true;
      case Disposition.Retry _, Disposition.Abandoned() -> false;
    };
  }
}
