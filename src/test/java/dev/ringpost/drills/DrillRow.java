package dev.ringpost.drills;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cost of a drill, in numbers.
 *
 * @param name what was broken
 * @param invites invites that Kafka took meanwhile
 * @param settled of these, those with a final verdict
 * @param lost of these, those without one
 * @param missed calls that rang for long and ended neither in a ring nor by the caller
 * @param late pushes that arrived after their deadline
 * @param afterEnd pushes that arrived after their call's end
 * @param needless pushes that repeated an accepted one without need
 * @param excused pushes that repeated an accepted one, for its answer or result was lost
 * @param bound the most that could have been repeated
 * @param carried pushes that were written in time and that a silent network delivered late
 * @param ownerless the longest time that a partition had no owner, if anybody told
 * @param waits how long invites waited for their first results
 */
record DrillRow(
    String name,
    int invites,
    int settled,
    int lost,
    int missed,
    int late,
    int afterEnd,
    int needless,
    int excused,
    int bound,
    int carried,
    Optional<Duration> ownerless,
    Waits waits) {

  static final String HEAD =
      """
      | drill | invites | settled | lost | missed | late rings | rings after the end | needless double rings \
      | excused double rings (bound) | written in time, delivered late by the network | longest without owner | longest wait for a first result |
      |---|---|---|---|---|---|---|---|---|---|---|---|
      """;

  /** A line of the table. */
  String line() {
    return "| %s | %d | %d | %d | %d | %d | %d | %d | %d (%d) | %d | %s | %s |%n"
        .formatted(
            name,
            invites,
            settled,
            lost,
            missed,
            late,
            afterEnd,
            needless,
            excused,
            bound,
            carried,
            ownerlessTold(),
            seconds(waits.longest()));
  }

  /** The longest time that a partition had no owner, in words. */
  String ownerlessTold() {
    return ownerless.map(DrillRow::seconds).orElse("not told");
  }

  /** The sum of two rows of one name; of times the longer ones of those that were told. */
  DrillRow and(DrillRow other) {
    return new DrillRow(
        name,
        invites + other.invites,
        settled + other.settled,
        lost + other.lost,
        missed + other.missed,
        late + other.late,
        afterEnd + other.afterEnd,
        needless + other.needless,
        excused + other.excused,
        bound + other.bound,
        carried + other.carried,
        Stream.of(ownerless, other.ownerless).flatMap(Optional::stream).reduce(Waits::longer),
        waits.worst(other.waits));
  }

  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
