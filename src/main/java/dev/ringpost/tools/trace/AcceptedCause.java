package dev.ringpost.tools.trace;

import dev.ringpost.events.Signal;
import dev.ringpost.tools.trace.Sighting.RingTold;
import dev.ringpost.tools.trace.Sighting.Signalled;
import dev.ringpost.tools.trace.Sighting.Told;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rule for an invite that APNs accepted a push of: whether a phone rang, and what delayed it.
 */
final class AcceptedCause {

  private AcceptedCause() {}

  static Cause of(InviteTrace trace, Told last) {
    Told told = trace.firstAccepted().orElse(last);
    boolean isSilent = trace.ring().filter(RingTold::isSilent).isPresent();
    Optional<Signal> ringing =
        trace
            .all(Signalled.class)
            .map(Signalled::signal)
            .filter(signal -> tellsOfARing(signal, isSilent))
            .findFirst();
    if (ringing.isPresent()) {
      return rang(told, ringing.get());
    }
    Optional<RingTold> rang = trace.ring().filter(it -> !it.isSilent());
    if (rang.isPresent()) {
      return new Cause(
          CauseCode.RANG,
          rang.get().device()
              + " told that it rings, as a worker said at "
              + CauseWords.time(rang.get().at())
              + ".",
          "");
    }
    return told.devices().stream()
        .filter(it -> it.accepted() && it.isElsewhere())
        .findFirst()
        .map(it -> elsewhere(told, it))
        .orElseGet(() -> notRung(trace, told));
  }

  /** An answer that names nobody may be another callee's, and a worker knows better. */
  private static boolean tellsOfARing(Signal signal, boolean isSilent) {
    return switch (signal.type()) {
      case RINGING -> true;
      case ANSWERED -> signal.callee().isPresent() || !isSilent;
      case DECLINED, CANCELLED, ENDED -> false;
    };
  }

  private static Cause rang(Told told, Signal signal) {
    String who = signal.device().map(it -> it.value() + " told").orElse("The call server told");
    return new Cause(
        CauseCode.RANG,
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

  private static Cause notRung(InviteTrace trace, Told told) {
    List<DeviceEnd> accepted = told.devices().stream().filter(DeviceEnd::accepted).toList();
    List<DeviceEnd> deaf = accepted.stream().filter(DeviceEnd::deaf).toList();
    String pushed =
        "APNs accepted the push for "
            + CauseWords.names(accepted)
            + " at "
            + CauseWords.time(told.at())
            + (told.attempt() > 1 ? afterTries(trace, told) : "");
    if (trace.ring().isPresent()) {
      return new Cause(
          CauseCode.SILENT,
          pushed + ", and no device told in time that it rings, as others do." + deafWords(deaf),
          deafFix(deaf)
              + "Look at the phone: off, without network, or an app that does not report the call;"
              + " ask Apple with --for-apple.");
    }
    return new Cause(
        told.attempt() > 1 ? CauseCode.ACCEPTED_LATE : CauseCode.ACCEPTED_NOT_RUNG,
        pushed + ", and nothing tells that a phone rang." + deafWords(deaf),
        deafFix(deaf)
            + "A phone that is off, without network, or whose app does not report the call stays"
            + " silent: look at its log, and ask Apple with --for-apple. Whether it rang is only"
            + " known where the call server sends ringing signals.");
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

  /** What is said of devices that were known to be deaf when they were pushed. */
  private static String deafWords(List<DeviceEnd> deaf) {
    if (deaf.isEmpty()) {
      return "";
    }
    return " "
        + CauseWords.names(deaf)
        + (deaf.size() == 1 ? " is a deaf device: it" : " are deaf devices: they")
        + " did not ring for the calls before this one either; see ringpost deaf.";
  }

  private static String deafFix(List<DeviceEnd> deaf) {
    if (deaf.isEmpty()) {
      return "";
    }
    return "Ask the owner of "
        + deaf.stream().map(DeviceEnd::device).collect(Collectors.joining(", "))
        + " to open the app, or to install it again. ";
  }

  private static Cause elsewhere(Told told, DeviceEnd device) {
    return new Cause(
        CauseCode.WRONG_ENVIRONMENT,
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
