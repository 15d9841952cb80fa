package dev.ringpost.telemetry;

import java.util.List;

/**
 * The description of a meter: its name, kind, unit, meaning and tags.
 *
 * @param meter the name in Micrometer's dotted form
 * @param kind the kind
 * @param unit the unit, empty for a plain number
 * @param description what it means to an operator
 * @param tags the tag keys, always these and in this order
 */
public record MeterSpec(
    String meter, Kind kind, String unit, String description, List<String> tags) {

  /** The kinds of meters that we use. */
  public enum Kind {
    COUNTER,
    GAUGE,
    /** A histogram of times with buckets that fit calls: see {@link Telemetry#BUCKETS}. */
    TIMER
  }

  public MeterSpec {
    tags = List.copyOf(tags);
  }

  static MeterSpec counter(String meter, String description, String... tags) {
    return new MeterSpec(meter, Kind.COUNTER, "", description, List.of(tags));
  }

  static MeterSpec gauge(String meter, String description, String... tags) {
    return new MeterSpec(meter, Kind.GAUGE, "", description, List.of(tags));
  }

  static MeterSpec timer(String meter, String description, String... tags) {
    return new MeterSpec(meter, Kind.TIMER, "seconds", description, List.of(tags));
  }

  /** The same meter with a unit. */
  MeterSpec in(String other) {
    return new MeterSpec(meter, kind, other, description, tags);
  }
}
