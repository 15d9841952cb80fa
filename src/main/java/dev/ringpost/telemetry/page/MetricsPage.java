package dev.ringpost.telemetry.page;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** All meters of a process, and the text of them that a scrape gets. Safe for many threads. */
public final class MetricsPage implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT,
          new PrometheusRegistry(),
          Clock.SYSTEM,
          new TraceOfMeasurement());

  /** Where meters are registered. */
  public MeterRegistry registry() {
    return registry;
  }

  /** All meters as they stand now. */
  public String text(MetricsFormat format) {
    return registry.scrape(format.contentType());
  }

  @Override
  public void close() {
    registry.close();
  }
}
