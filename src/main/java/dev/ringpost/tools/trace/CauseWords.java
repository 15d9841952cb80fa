package dev.ringpost.tools.trace;

import dev.ringpost.call.WireTime;
import dev.ringpost.tools.trace.Sighting.DeadDevice;
import dev.ringpost.tools.trace.Sighting.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The words that causes share. */
final class CauseWords {

  private CauseWords() {}

  static Cause flaw(String reason, String detail) {
    if (reason.isEmpty()) {
      return new Cause(
          CauseCode.FAILED,
          "It could not be rung, and no reason is told" + (detail.isEmpty() ? "." : ": " + detail),
          "Look at the log of the worker at that time.");
    }
    return new Cause(
        reason,
        "The invite could not be used: " + (detail.isEmpty() ? reason : detail) + ".",
        "Correct who writes it, and publish the invite again if the call is still worth it.");
  }

  static Cause flood(String detail) {
    return new Cause(
        CauseCode.FLOOD,
        "It was not rung, for " + detail + ".",
        "Look for a loop or a robot among the call servers; ring.max-per-callee,"
            + " ring.max-per-caller and ring.flood-window are the limits.");
  }

  static Cause viewBehind(Told told) {
    return new Cause(
        CauseCode.VIEW_BEHIND,
        "The worker could not say who is registered: at "
            + time(told.at())
            + " it had not read the registrations up to their end.",
        "Look at the lag of views on the dashboard, and why that worker could not read the topic of"
            + " tokens: ringpost check.");
  }

  static Cause retryNotStored(Told told) {
    return new Cause(
        CauseCode.RETRY_NOT_STORED,
        "Try "
            + told.attempt()
            + " did not succeed"
            + why(told)
            + ", and Kafka will never accept the record of the next try.",
        "Raise max.message.bytes of the retry topics above that of the invites' topic: a retry is"
            + " its invite and some headers.");
  }

  /** Why the first device that APNs did not accept a push for was not rung; may be empty. */
  static String why(Told told) {
    return told.devices().stream()
        .filter(it -> !it.accepted())
        .findFirst()
        .map(it -> ": " + OutcomeWords.of(it).meaning() + " (" + it.device() + ")")
        .orElse("");
  }

  static String dead(DeadDevice device) {
    return device.device()
        + " ("
        + device.digest()
        + ")"
        + device.since().map(it -> " since " + WireTime.of(it)).orElse("");
  }

  static String names(List<DeviceEnd> devices) {
    return devices.isEmpty()
        ? "a device"
        : devices.stream().map(CauseWords::name).collect(Collectors.joining(", "));
  }

  static String name(DeviceEnd device) {
    return device.device() + " (" + device.digest() + ")";
  }

  static String time(Instant time) {
    return WireTime.of(time);
  }

  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
  }
}
