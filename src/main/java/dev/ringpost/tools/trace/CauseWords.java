package dev.ringpost.tools.trace;

import dev.ringpost.call.WireTime;
import dev.ringpost.tools.trace.Sighting.DeadDevice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The words that causes share. */
final class CauseWords {

  private CauseWords() {}

  static Cause flaw(String reason, String detail) {
    return new Cause(
        reason.isEmpty() ? "failed" : reason,
        "The invite could not be used: " + (detail.isEmpty() ? reason : detail) + ".",
        "Correct who writes it, and publish the invite again if the call is still worth it.");
  }

  static Cause flood(String detail) {
    return new Cause(
        "flood",
        "It was not rung, for " + detail + ".",
        "Look for a loop or a robot among the call servers; ring.max-per-callee,"
            + " ring.max-per-caller and ring.flood-window are the limits.");
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
