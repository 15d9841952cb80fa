package dev.ringpost.telemetry;

import dev.ringpost.call.OddField;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.Consumer;

/** The meters of a consumer of invites. Safe for many threads. */
public final class IntakeMeters {

  /**
   * Bound on the age of what is not settled: as long as invites are kept. A record's timestamp may
   * be a producer's invention, and one from 1970 would hide every real age.
   */
  public static final Duration OLDEST = Duration.ofDays(1);

  /**
   * Bound on a time without an owner. It is the difference of two workers' clocks; one that is far
   * off, or a group that rested for a week, would spoil an average for good.
   */
  public static final Duration LONGEST_OWNERLESS = DeliveryMeters.LONGEST;

  /** The reason why a partition cannot be read while others can: a tag of meters. */
  public enum Obstacle {
    /** Kafka's client cannot hand out its next record. */
    RECORD,
    /** There is no right to read its topic. */
    RIGHTS,
    /** Nobody answers where it begins. */
    START;

    /** Its word in metrics and logs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private enum Change {
    ASSIGNED,
    REVOKED,
    LOST
  }

  private enum CommitEnd {
    DONE,
    FAILED,
    NOTE_REFUSED
  }

  private final Telemetry telemetry;
  private final String source;
  private final Timer ownerless;
  private final CounterFamily<Change> rebalances;
  private final CounterFamily<CommitEnd> commits;
  private final CounterFamily<Obstacle> blocks;
  private final Counter givenUp;
  private final Counter removedUnread;
  private final Counter clockSkewed;
  private final Counter customFieldsDropped;
  private final Counter withoutTime;
  private final CounterFamily<OddField> oddFields;
  private final Timer retryLateness;

  /**
   * @param source the tag that tells fresh invites from retries
   */
  public IntakeMeters(Telemetry telemetry, String source) {
    this.telemetry = telemetry;
    this.source = source;
    this.ownerless = telemetry.timer(IntakeMeterName.OWNERLESS, source);
    this.rebalances =
        new CounterFamily<>(
            Change.class,
            change -> telemetry.counter(IntakeMeterName.REBALANCES, source, tag(change)));
    this.commits =
        new CounterFamily<>(
            CommitEnd.class, end -> telemetry.counter(IntakeMeterName.COMMITS, source, tag(end)));
    this.blocks =
        new CounterFamily<>(
            Obstacle.class,
            obstacle ->
                telemetry.counter(IntakeMeterName.PARTITION_BLOCKS, source, obstacle.word()));
    this.givenUp = telemetry.counter(IntakeMeterName.INVITES_GIVEN_UP, source);
    this.removedUnread = telemetry.counter(IntakeMeterName.RECORDS_REMOVED_UNREAD, source);
    this.clockSkewed = telemetry.counter(IntakeMeterName.CLOCK_SKEWED, "ahead");
    this.customFieldsDropped = telemetry.counter(IntakeMeterName.CUSTOM_FIELDS_DROPPED);
    this.withoutTime = telemetry.counter(IntakeMeterName.INVITES_WITHOUT_TIME, source);
    this.oddFields =
        new CounterFamily<>(
            OddField.class,
            field -> telemetry.counter(IntakeMeterName.FIELDS_ODD, source, field.json()));
    this.retryLateness = telemetry.timer(IntakeMeterName.RETRY_LATENESS);
  }

  private static String tag(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Gauges are asked at every scrape, from any thread. */
  public void gauges(
      Supplier<Number> inFlight,
      Supplier<Number> waiting,
      Supplier<Number> ledgerSpan,
      Supplier<Duration> oldestUnsettled,
      Supplier<Number> partitions) {
    telemetry.gauge(IntakeMeterName.INVITES_IN_FLIGHT, inFlight, source);
    telemetry.gauge(IntakeMeterName.INVITES_WAITING, waiting, source);
    telemetry.gauge(IntakeMeterName.LEDGER_SPAN, ledgerSpan, source);
    telemetry.gauge(
        IntakeMeterName.OLDEST_UNSETTLED,
        () -> seconds(bounded(oldestUnsettled.get(), OLDEST)),
        source);
    telemetry.gauge(IntakeMeterName.PARTITIONS, partitions, source);
  }

  /** The gauge of calls that wait in memory for their end, asked at every scrape. */
  public void waitingForEndGauge(Supplier<Number> calls) {
    telemetry.gauge(IntakeMeterName.MISSED_CALLS_WAITING, calls);
  }

  /** The gauges of blocked partitions, asked at every scrape, from any thread. */
  public void blockedGauges(ToIntFunction<Obstacle> blocked) {
    for (Obstacle obstacle : Obstacle.values()) {
      telemetry.gauge(
          IntakeMeterName.BLOCKED_PARTITIONS,
          () -> blocked.applyAsInt(obstacle),
          source,
          obstacle.word());
    }
  }

  /** A partition became blocked. */
  public void blocked(Obstacle obstacle) {
    blocks.increment(obstacle, 1);
  }

  /** A retry was taken so long after it was due; before, where clocks disagree, counts as then. */
  public void retryLate(Duration late) {
    retryLateness.record(late.isNegative() ? Duration.ZERO : bounded(late, DeliveryMeters.LONGEST));
  }

  /** Publishes the consumer's own metrics until what it returns is closed. */
  public KafkaClientWatch watch(Consumer<?, ?> consumer) {
    return telemetry.watch(consumer);
  }

  /** An invite came from the future: some clock disagrees with ours. */
  public void clockSkewed() {
    clockSkewed.increment();
  }

  public void customFieldsDropped(int fields) {
    customFieldsDropped.increment(fields);
  }

  /** An invite does not say when the caller asked, so that its record's time must stand for it. */
  public void withoutTime() {
    withoutTime.increment();
  }

  /** An optional field came as another kind of value, and was used or ignored all the same. */
  public void oddField(OddField field) {
    oddFields.increment(field);
  }

  /** An invite was given up by a fault of ours. */
  public void givenUp() {
    givenUp.increment();
  }

  /** So many offsets of a partition were removed by Kafka before they were read. */
  public void removedUnread(long offsets) {
    removedUnread.increment((double) offsets);
  }

  /** A partition came to this worker after it had no owner for a while. */
  public void ownerless(Duration time) {
    ownerless.record(bounded(time, LONGEST_OWNERLESS));
  }

  public void assigned(int partitions) {
    rebalances.increment(Change.ASSIGNED, partitions);
  }

  public void revoked(int partitions) {
    rebalances.increment(Change.REVOKED, partitions);
  }

  public void lost(int partitions) {
    rebalances.increment(Change.LOST, partitions);
  }

  public void committed() {
    commits.increment(CommitEnd.DONE);
  }

  /** A commit was refused for the length of its note to the next owner. */
  public void noteRefused() {
    commits.increment(CommitEnd.NOTE_REFUSED);
  }

  public void commitFailed() {
    commits.increment(CommitEnd.FAILED);
  }

  private static Duration bounded(Duration time, Duration bound) {
    return time.compareTo(bound) > 0 ? bound : time;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
