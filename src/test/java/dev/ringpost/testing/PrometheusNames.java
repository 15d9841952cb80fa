package dev.ringpost.testing;

import dev.ringpost.telemetry.MeterName;
import dev.ringpost.telemetry.MeterSpec;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of meters at {@code /metrics}. */
public final class PrometheusNames {

  private PrometheusNames() {}

  /** The name of a meter; a timer's series have endings. */
  public static String of(MeterName name) {
    Meter.Type type =
        switch (name.kind()) {
          case COUNTER -> Meter.Type.COUNTER;
          case GAUGE -> Meter.Type.GAUGE;
          case TIMER -> Meter.Type.TIMER;
        };
    String unit = name.unit().isEmpty() ? null : name.unit();
    String base = new PrometheusNamingConvention().name(name.meter(), type, unit);
    return name.kind() == MeterSpec.Kind.COUNTER ? base + "_total" : base;
  }

  /** The names of all series of all meters. */
  public static Set<String> series() {
    return MeterName.all().stream()
        .flatMap(
            name ->
                name.kind() == MeterSpec.Kind.TIMER
                    ? Stream.of("_bucket", "_count", "_sum", "_max").map(end -> of(name) + end)
                    : Stream.of(of(name)))
        .collect(Collectors.toUnmodifiableSet());
  }
}
