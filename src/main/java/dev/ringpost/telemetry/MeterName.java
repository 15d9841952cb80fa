package dev.ringpost.telemetry;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The name of a meter of Ringpost's. Every meter is a constant of one of the enums here, one for
 * each room; {@code docs/metrics.md} is compared with them in a test. No tag ever holds a user, a
 * token, a call or free text of Apple's.
 */
public sealed interface MeterName
    permits ApnsMeterName,
        DeliveryMeterName,
        DirectoryMeterName,
        GatewayMeterName,
        HealthMeterName,
        IntakeMeterName,
        OutboxMeterName,
        ShadowMeterName,
        SyntheticMeters.Name,
        WorkerMeterName {

  /** What it is, its tags and what it means. */
  MeterSpec spec();

  /** The name in Micrometer's dotted form. */
  default String meter() {
    return spec().meter();
  }

  default MeterSpec.Kind kind() {
    return spec().kind();
  }

  /** The unit, empty for a plain number. */
  default String unit() {
    return spec().unit();
  }

  default String description() {
    return spec().description();
  }

  /** The tag keys, always these and in this order. */
  default List<String> tags() {
    return spec().tags();
  }

  /** All meters, in the order of the docs. */
  static List<MeterName> all() {
    return Stream.<MeterName[]>of(
            DeliveryMeterName.values(),
            IntakeMeterName.values(),
            DirectoryMeterName.values(),
            ApnsMeterName.values(),
            OutboxMeterName.values(),
            WorkerMeterName.values(),
            GatewayMeterName.values(),
            HealthMeterName.values(),
            SyntheticMeters.Name.values(),
            ShadowMeterName.values())
        .flatMap(Arrays::stream)
        .toList();
  }
}
