package dev.ringpost.outbox;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wall clock, set right by Kafka's brokers where it is far off. Every deadline comes from a
 * time that another machine wrote, so a worker whose clock is ahead would find each call expired,
 * and one whose clock is behind would ring for calls that are over.
 *
 * <p>A record that is stored on a topic of {@code LogAppendTime} comes back with the broker's time,
 * which lies between the moments of sending and of the answer; the least offset that explains it is
 * taken, and of all partitions the median, of two the one that changes less, so that one broker
 * with a wrong clock of its own does not decide where others were heard. An offset within {@link
 * #TOLERANCE} changes nothing. A correction holds until the next measure or until the clock is set:
 * then the clock is believed. Safe for many threads; asking for the time takes no lock.
 */
public final class BrokerClock implements InstantSource {

  /** An offset up to this is let be: networks and ordinary clocks explain it. */
  public static final Duration TOLERANCE = Duration.ofSeconds(2);

  /** What took longer from sending to answer is no measure. */
  static final Duration LONGEST_TRIP = Duration.ofSeconds(1);

  /** How long a partition's measure counts once there are enough that are younger. */
  static final Duration MEMORY = Duration.ofMinutes(1);

  /** So many can outvote one: in a quiet hour, measures of a while ago count with the newest. */
  static final int ENOUGH = 3;

  /** How long a measure counts at most; a poor clock drifts by {@link #TOLERANCE} in that time. */
  static final Duration LONGEST_MEMORY = Duration.ofHours(6);

  /** How often a partition's measure is taken at most. */
  static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** Bound on the partitions whose measures are kept; more would say no more. */
  static final int MAX_PLACES = 64;

  private static final Logger log = LoggerFactory.getLogger(BrokerClock.class);

  /** The own clock minus a broker's. */
  private record Sample(long offsetMillis, long atNanos) {

    boolean isOlder(Duration age, long nanos) {
      return nanos - atNanos > age.toNanos();
    }
  }

  /**
   * A measurement: the offset of the broker's clock, and the moment of the measuring by both own
   * clocks.
   */
  private record Measure(long offsetMillis, long ownMillis, long atNanos) {

    boolean isOff() {
      return Math.abs(offsetMillis) > TOLERANCE.toMillis();
    }
  }

  private final InstantSource own;
  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private final Map<String, Sample> samples = new HashMap<>();

  private volatile Measure measure;

  /**
   * @param own the wall clock of this machine
   */
  public BrokerClock(InstantSource own) {
    this(own, System::nanoTime);
  }

  BrokerClock(InstantSource own, LongSupplier nanoTime) {
    this.own = own;
    this.nanoTime = nanoTime;
    this.measure = new Measure(0, own.millis(), nanoTime.getAsLong());
  }

  @Override
  public Instant instant() {
    Measure known = measure;
    Instant now = own.instant();
    return known.isOff() && !wasSet(known, now) ? now.minusMillis(known.offsetMillis()) : now;
  }

  /** Whether the own clock went another way than time since the measure. */
  private boolean wasSet(Measure since, Instant now) {
    long passed = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - since.atNanos());
    return Math.abs(now.toEpochMilli() - since.ownMillis() - passed) > TOLERANCE.toMillis();
  }

  /** The monotonic clock that trips are measured by, in nanoseconds. */
  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** The own clock minus the brokers', as it was measured last; zero before the first measure. */
  public Duration offset() {
    return Duration.ofMillis(measure.offsetMillis());
  }

  /**
   * A broker has told its time.
   *
   * @param place who told it: a partition, whose leader it is
   * @param brokerMillis its time in milliseconds since 1970
   * @param trip how long ago, at most, that was
   */
  public void told(String place, long brokerMillis, Duration trip) {
    if (brokerMillis <= 0 || trip.compareTo(LONGEST_TRIP) > 0) {
      return;
    }
    long ownMillis = own.millis();
    long nanos = nanoTime.getAsLong();
    long latest = ownMillis - brokerMillis;
    long earliest = latest - trip.toMillis();
    long least = earliest > 0 ? earliest : Math.min(latest, 0);
    synchronized (this) {
      if (wasSet(measure, Instant.ofEpochMilli(ownMillis))) {
        // They are about the clock as it was; the first new one decides, and not the median of old.
        samples.clear();
      }
      Sample before = samples.get(place);
      boolean isTooSoon = before != null && nanos - before.atNanos() < LOOK_EVERY.toNanos();
      if (isTooSoon || (before == null && samples.size() >= MAX_PLACES)) {
        return;
      }
      samples.put(place, new Sample(least, nanos));
      forget(wasStepped(before, least) ? MEMORY : LONGEST_MEMORY, nanos);
      if (samples.values().stream().filter(it -> !it.isOlder(MEMORY, nanos)).count() >= ENOUGH) {
        forget(MEMORY, nanos);
      }
      Measure old = measure;
      measure = new Measure(median(), ownMillis, nanos);
      tell(old, measure);
    }
  }

  /** Whether a broker's clock was set: others', of the same time servers, were set as well. */
  private static boolean wasStepped(@Nullable Sample before, long offsetMillis) {
    return before != null && Math.abs(before.offsetMillis() - offsetMillis) > TOLERANCE.toMillis();
  }

  @GuardedBy("this")
  private void forget(Duration age, long nanos) {
    samples.values().removeIf(sample -> sample.isOlder(age, nanos));
  }

  /** Of the two in the middle, if there are two, the one that is nearer to the own clock. */
  @GuardedBy("this")
  private long median() {
    long[] offsets = samples.values().stream().mapToLong(Sample::offsetMillis).sorted().toArray();
    long lower = offsets[(offsets.length - 1) / 2];
    long upper = offsets[offsets.length / 2];
    return Math.abs(lower) < Math.abs(upper) ? lower : upper;
  }

  private static void tell(Measure old, Measure now) {
    if (now.isOff() && !old.isOff()) {
      log.atWarn()
          .addKeyValue("offsetSeconds", now.offsetMillis() / 1000.0)
          .log(
              "this machine's clock is off by Kafka's brokers, and deadlines are reckoned by"
                  + " theirs; set it right (chronyc tracking)");
    } else if (old.isOff() && !now.isOff()) {
      log.atInfo().log("this machine's clock agrees with Kafka's brokers again");
    }
  }
}
