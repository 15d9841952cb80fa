package dev.ringpost.tools.check;

import dev.ringpost.directory.ViewCheck;
import java.time.Duration;
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

  CheckLine of(ViewCheck.Reading reading) {
    String found = CheckLine.count(reading.records(), "record") + " read";
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
          found + " within " + READING.toSeconds() + " s, and more to come",
          "nothing, if that is what you expect: a worker is ready once it has read all; else see"
              + " whether the topic is compacted");
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
    return CheckLine.ok(VIEW, topic, found + ", all valid");
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
