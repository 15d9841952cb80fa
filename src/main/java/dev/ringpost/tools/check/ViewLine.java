package dev.ringpost.tools.check;

import dev.ringpost.directory.ViewCheck;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The line of a report about one view's topic.
 *
 * @param topic the topic's name
 * @param tokens whether it holds registrations
 */
record ViewLine(String topic, boolean tokens) {

  /** What these lines are about. */
  static final String VIEW = "view";

  /** Bound on the reading of each view. */
  static final Duration READING = Duration.ofSeconds(30);

  private static final String DAMAGED =
      "see to the disk of the partition's leader and give the leadership to a good replica, as"
          + " docs/runbook.md says of RingpostViewUnreadable";

  /**
   * Records per registered device from which on it is worth a warning: a start takes three times as
   * long as it need. The settings that are advised leave less than two, and those that are not
   * warned of one and a half and what a day brings.
   */
  static final double MANY_PER_DEVICE = 3;

  /** Below so many records a start reads them within a second, however many are superseded. */
  static final long WORTH_COMPACTING = 100_000;

  private static final String COMPACT =
      "have the topic compacted, as docs/runbook.md says under \"A start reads much\"";

  CheckLine of(ViewCheck.Reading reading) {
    String found = CheckLine.count(reading.records(), "record") + " read" + density(reading);
    if (reading.standing().isPresent()) {
      return CheckLine.failed(
          VIEW,
          topic,
          found + ", then none more at " + reading.standing().get() + ", though its end is ahead",
          DAMAGED);
    }
    if (reading.unreadable() > 0) {
      return warning(
          found
              + ", and "
              + CheckLine.count(reading.unreadable(), "offset")
              + " passed that cannot be; the first is at "
              + reading.firstUnreadable().orElse("an unknown place"),
          DAMAGED);
    }
    if (!reading.whole()) {
      return warning(
          found + ", within " + READING.toSeconds() + " s, and more to come",
          isDense(reading)
              ? COMPACT
              : "nothing, if that is what you expect: a worker is ready once it has read all");
    }
    if (reading.unusable() > 0) {
      return unusable(found, reading);
    }
    if (tokens && reading.strays() > 0) {
      return warning(
          found
              + "; "
              + CheckLine.count(reading.strays(), "key")
              + (reading.strays() == 1 ? " stands" : " stand")
              + " on more than one partition, so that a phone that was removed may come back",
          "let all who write the topic use the same partitioner, and remove phones by a value, as"
              + " docs/events.md says");
    }
    if (tokens && reading.records() == reading.removals()) {
      return warning(
          found + ": no phone is registered, so none can ring",
          "have the registrations written, as docs/events.md says");
    }
    return isDense(reading)
        ? warning(found + ", so that a start takes longer than it need", COMPACT)
        : CheckLine.ok(VIEW, topic, found + ", all valid");
  }

  /** What was seen, and of how many keys where not all were looked at. */
  private String density(ViewCheck.Reading reading) {
    OptionalDouble perDevice = reading.density().perLive();
    if (!tokens || perDevice.isEmpty()) {
      return "";
    }
    String seen =
        String.format(Locale.ROOT, ", %.1f per registered device", perDevice.getAsDouble());
    return reading.density().oneIn() == 1
        ? seen
        : seen + " (by one of " + reading.density().oneIn() + " keys)";
  }

  private boolean isDense(ViewCheck.Reading reading) {
    return tokens
        && reading.records() >= WORTH_COMPACTING
        && reading.density().perLive().orElse(0) > MANY_PER_DEVICE;
  }

  private CheckLine unusable(String found, ViewCheck.Reading reading) {
    String reasons =
        reading.skipped().entrySet().stream()
            .map(reason -> reason.getKey() + " " + reason.getValue())
            .sorted()
            .collect(Collectors.joining(", "));
    return warning(
        found
            + ", "
            + reading.unusable()
            + " of them unusable ("
            + reasons
            + "); the first is at "
            + reading.firstSkipped().orElse("an unknown place"),
        "let whoever writes them follow docs/events.md");
  }

  private CheckLine warning(String found, String fix) {
    return CheckLine.warning(VIEW, topic, found, fix);
  }
}
