package dev.ringpost.tools.plan;

import static dev.ringpost.tools.plan.Assumption.Mark.DOCUMENTED;
import static dev.ringpost.tools.plan.Assumption.Mark.GUESSED;
import static dev.ringpost.tools.plan.Assumption.Mark.MEASURED;

import java.util.Locale;

/** A figure that plans rest on and that no setting decides, with how it is known. */
public enum Assumption {
  PUSHES_PER_POD(
      39_543,
      "%,.0f pushes/s by one pod with two cores",
      MEASURED,
      "docs/performance.md#ringpost-beside-what-a-team-would-use-instead"),
  CPU_PER_PUSH(
      37.1,
      "%.1f µs of CPU for a push at full load; an idle pod needs more for each",
      MEASURED,
      "docs/performance.md#ringpost-beside-what-a-team-would-use-instead"),
  PLANNED_SHARE(
      60,
      "%.0f %% of a pod's rate, streams and lasting permits is used at the peak, one pod away",
      GUESSED,
      "room for bursts; docs/capacity.md shows what more than that does"),
  READ_AGAIN(
      25,
      "%.0f %% of its permits are free again before a pod reads on that had run out of them",
      DOCUMENTED,
      "docs/capacity.md#where-queues-form"),
  APPLE_MEDIAN(
      30,
      "%.0f ms is the median of APNs' own time for a push, beside the round trip",
      GUESSED,
      "Apple promises and publishes none"),
  APPLE_SPREAD(
      0.8,
      "%.1f is the log-normal spread of that time: one in a hundred takes 6 times as long",
      GUESSED,
      "Apple publishes none"),
  SLOW_ANSWERS(
      0.1,
      "%.1f %% of answers take a second and longer, with a heavy tail",
      GUESSED,
      "answers after minutes, and none, are reported of APNs"),
  STREAMS(
      1_000,
      "%,.0f streams on a connection are announced by APNs, unless --streams says so",
      DOCUMENTED,
      "docs/apns.md#what-carries-a-push"),
  TABLE_BYTES(
      117.8,
      "%.1f bytes of heap for a device in the table, with a UUID as device id",
      MEASURED,
      "docs/performance.md#the-table-of-tokens"),
  OWNER_BYTES(
      11,
      "%.0f bytes more for tokens.one-user-per-token",
      MEASURED,
      "docs/performance.md#the-table-of-tokens"),
  STAYING_HEAP(
      100e6, "100 MB of heap stay in use beside the table", GUESSED, "docs/image.md#memory"),
  OLD_PERCENT(
      200.0 / 3,
      "%.0f %% of the heap are for what stays, by the JVM's NewRatio",
      DOCUMENTED,
      "docs/image.md#memory"),
  BESIDE_HEAP(130L << 20, "130 MiB of memory beside the heap", MEASURED, "docs/image.md#memory"),
  HEAP_PERCENT(60, "%.0f %% of a pod's memory is heap", DOCUMENTED, "docs/image.md#memory"),
  LEAST_MEMORY(
      448L << 20, "448 MiB is the least that a pod gets", DOCUMENTED, "docs/image.md#memory"),
  RECORDS_PER_DEVICE(
      1.3,
      "%.1f records of voip-tokens for a device, with the settings that Ringpost creates",
      GUESSED,
      "a tenth is superseded before compaction, and an hour is not compacted"),
  RECORDS_PER_SECOND(
      234_000,
      "%,.0f registrations are read in a second at start, one core busy with it",
      MEASURED,
      "docs/performance.md#the-table-of-tokens"),
  EMPTY_START(
      1.85,
      "%.2f s from start to ready without any device, in the image",
      MEASURED,
      "docs/performance.md#the-image"),
  READY_BEFORE_NEXT(
      10,
      "%.0f s between two pods of a rolling update",
      DOCUMENTED,
      "minReadySeconds in helm/ringpost/values.yaml"),
  PARTITIONS_PER_POD(
      4,
      "%.0f partitions for a pod, so that pods have about the same share",
      GUESSED,
      "five pods differ by a quarter"),
  INVITE_BYTES(
      270, "%.0f bytes for a record of an invite", MEASURED, "RecordSizesTest, typical ids"),
  RESULT_BYTES(
      520, "%.0f bytes for a result without devices", MEASURED, "RecordSizesTest, typical ids"),
  DEVICE_BYTES(
      275, "%.0f bytes more for each device in it", MEASURED, "RecordSizesTest, typical ids"),
  SIGNAL_BYTES(210, "%.0f bytes for a signal", MEASURED, "RecordSizesTest, typical ids"),
  TOKEN_BYTES(260, "%.0f bytes for a registration", MEASURED, "RecordSizesTest, typical ids"),
  INVALIDATION_BYTES(
      230, "%.0f bytes for an invalidation", MEASURED, "RecordSizesTest, typical ids"),
  RETRY_BYTES(540, "%.0f bytes for a retry, its headers included", GUESSED, "twice an invite"),
  SIGNALS_PER_CALL(
      3,
      "%.0f signals for a call: two that it rings, one that it is over",
      GUESSED,
      "your call servers"),
  REGISTRATIONS_PER_DAY(
      2, "%.0f registrations for a device in a day", GUESSED, "one for each launch of the app"),
  DEAD_PER_DAY(0.1, "%.1f %% of all devices become invalid in a day", GUESSED, "your fleet"),
  RETRIED(1, "%.0f %% of calls take a retry", GUESSED, "ringpost_invites_total tells yours"),
  FETCH_WAIT(
      500,
      "%.0f ms between two fetches of a view or of retries that have nothing new",
      DOCUMENTED,
      "fetch.max.wait.ms, Kafka's default"),
  TAKE_OVER(
      1.5,
      "%.1f s more until the next owner of a dead pod's partitions reads",
      MEASURED,
      "docs/reliability.md#workers"),
  BROKERS_SESSION(
      45,
      "%.0f s without an owner with kafka.group-protocol: consumer",
      DOCUMENTED,
      "docs/configuration.md#all-keys"),
  HANDED_OVER(
      1.8,
      "%.1f s is the longest wait of a call while a pod leaves cleanly",
      MEASURED,
      "docs/reliability.md#workers"),
  LARGEST_TABLE(
      50e6,
      "50,000,000 devices are the most for one installation",
      GUESSED,
      "a full collection over more was not measured");

  /** The way in which a figure is known. */
  public enum Mark {
    /** By a measurement of the project's own. */
    MEASURED,
    /** By words of Apple's, Kafka's or the project's own. */
    DOCUMENTED,
    /** Not at all. */
    GUESSED;

    /** As it is printed. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final double value;
  private final String words;
  private final Mark mark;
  private final String source;

  Assumption(double value, String words, Mark mark, String source) {
    this.value = value;
    this.words = words;
    this.mark = mark;
    this.source = source;
  }

  /** The figure, in the unit that its words say. */
  public double value() {
    return value;
  }

  /** A figure that is a percentage, as a share from 0 to 1. */
  double share() {
    return value / 100;
  }

  /** One sentence with the figure in it. */
  public String words() {
    return String.format(Locale.ROOT, words, value);
  }

  /** How it is known. */
  public Mark mark() {
    return mark;
  }

  /** Where it was measured or is documented, or why it is guessed so. */
  public String source() {
    return source;
  }
}
