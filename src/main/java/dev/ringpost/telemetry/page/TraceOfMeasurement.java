package dev.ringpost.telemetry.page;

import dev.ringpost.call.trace.TraceContext;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trace that the measurements of this thread belong to at the moment, for Prometheus' client,
 * which takes exemplars from it: some measurements of a histogram, each with the ids of its trace.
 * Safe for many threads.
 */
public final class TraceOfMeasurement implements SpanContext {

  private static final ScopedValue<TraceContext> CURRENT = ScopedValue.newInstance();

  /** Measures within a trace, if there is one. */
  public static void during(Optional<TraceContext> trace, Runnable measurements) {
    if (trace.isPresent()) {
      ScopedValue.where(CURRENT, trace.get()).run(measurements);
    } else {
      measurements.run();
    }
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    return CURRENT.isBound() ? CURRENT.get().traceId() : null;
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    return CURRENT.isBound() ? CURRENT.get().spanId() : null;
  }

  /** A trace that nobody keeps is no help to whoever follows an exemplar. */
  @Override
  public boolean isCurrentSpanSampled() {
    return CURRENT.isBound() && CURRENT.get().sampled();
  }

  /** Nothing: the span is its sender's. */
  @Override
  public void markCurrentSpanAsExemplar() {}
}
