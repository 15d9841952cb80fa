package dev.ringpost.tools.trace;

import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import dev.ringpost.tools.trace.Sighting.RingTold;
import dev.ringpost.tools.trace.Sighting.Told;
import java.time.Duration;
import java.util.Optional;

/**
 * The rule for an invite that APNs accepted a push of: whether a phone rang, and what delayed it.
 */
final class AcceptedCause {

  private AcceptedCause() {}

  static Cause of(InviteTrace trace, Told last) {
    Told told = trace.firstAccepted().orElse(last);
    Optional<Signal> ringing = trace.signal(SignalType.RINGING, SignalType.ANSWERED);
    if (ringing.isPresent()) {
      Signal signal = ringing.get();
      String who = signal.device().map(it -> it.value() + " told").orElse("The call server told");
      return new Cause(
          "rang",
          who
              + " "
              + signal.type().wire()
              + " at "
              + CauseWords.time(signal.at())
              + ", "
              + Math.max(0, Duration.between(told.at(), signal.at()).toMillis())
              + " ms after APNs had accepted the push.",
          "");
    }
    Optional<RingTold> rang = trace.ring().filter(it -> !it.isSilent());
    if (rang.isPresent()) {
      return new Cause(
          "rang",
          rang.get().device()
              + " told that it rings, as a worker said at "
              + CauseWords.time(rang.get().at())
              + ".",
          "");
    }
    Optional<DeviceEnd> elsewhere =
        told.devices().stream().filter(DeviceEnd::isElsewhere).findFirst();
    if (elsewhere.isPresent()) {
      return elsewhere(told, elsewhere.get());
    }
    String tries = told.attempt() > 1 ? afterTries(trace, told) : "";
    if (trace.ring().isPresent()) {
      return new Cause(
          "silent",
          "APNs accepted the push for "
              + CauseWords.names(told.devices().stream().filter(DeviceEnd::accepted).toList())
              + " at "
              + CauseWords.time(told.at())
              + tries
              + ", and no device told in time that it rings, as others do.",
          "Look at the phone: off, without network, or an app that does not report the call; ask"
              + " Apple with --for-apple.");
    }
    return new Cause(
        told.attempt() > 1 ? "accepted_late" : "accepted_not_rung",
        "APNs accepted the push for "
            + CauseWords.names(told.devices().stream().filter(DeviceEnd::accepted).toList())
            + " at "
            + CauseWords.time(told.at())
            + tries
            + ", and nothing tells that a phone rang.",
        "A phone that is off, without network, or whose app does not report the call stays silent:"
            + " look at its log, and ask Apple with --for-apple. Whether it rang is only known"
            + " where the call server sends ringing signals.");
  }

  /** Why it took more than one try. */
  private static String afterTries(InviteTrace trace, Told accepted) {
    return trace.told().stream()
        .filter(it -> it.attempt() < accepted.attempt())
        .flatMap(it -> it.devices().stream())
        .filter(it -> !it.accepted())
        .findFirst()
        .map(
            it ->
                ", only with try "
                    + accepted.attempt()
                    + ", for before that "
                    + OutcomeWords.of(it).meaning())
        .orElse("");
  }

  private static Cause elsewhere(Told told, DeviceEnd device) {
    return new Cause(
        "wrong_environment",
        "The token of "
            + CauseWords.name(device)
            + " was registered for "
            + device.registered()
            + ", and is one of "
            + device.pushed()
            + ": APNs accepted it there at "
            + CauseWords.time(told.at())
            + ".",
        "Correct the registration's environment: each call costs one push more until then.");
  }
}
