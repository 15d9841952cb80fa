package dev.ringpost.telemetry.spans;

import static dev.ringpost.telemetry.spans.SpansFixture.GROUPS;
import static dev.ringpost.telemetry.spans.SpansFixture.accepted;
import static dev.ringpost.telemetry.spans.SpansFixture.traceparent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.ringpost.delivery.DeliveryListener;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spans that nobody takes, which cost nothing. */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class UntakenSpansTest {

  /** A processor of spans that is broken. */
  private static final class Broken implements SpanProcessor {

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      throw new IllegalStateException("the exporter is broken");
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return false;
    }
  }

  /**
   * A tracer that is off, as an agent's is whose SDK is disabled; whoever asks it for more fails.
   */
  private static final class Off implements Tracer {

    @Override
    public boolean isEnabled() {
      return false;
    }

    @Override
    public SpanBuilder spanBuilder(String name) {
      throw new AssertionError("a span is made for nobody");
    }
  }

  /** A provider of tracers that are off. */
  private static final class AllOff implements TracerProvider {

    @Override
    public Tracer get(String scope) {
      return new Off();
    }

    @Override
    public Tracer get(String scope, String version) {
      return new Off();
    }

    @Override
    public TracerBuilder tracerBuilder(String scope) {
      return new TracerBuilder() {
        @Override
        public TracerBuilder setSchemaUrl(String url) {
          return this;
        }

        @Override
        public TracerBuilder setInstrumentationVersion(String version) {
          return this;
        }

        @Override
        public Tracer build() {
          return new Off();
        }
      };
    }
  }

  private final SpansFixture fixture = new SpansFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void withoutAnybodyWhoTakesSpansNothingStandsBeforeTheListener() {
    assertThat(CallSpans.before(fixture.told, GROUPS, "1", OpenTelemetry.noop()))
        .isSameAs(fixture.told);
  }

  @Test
  void aProcessWithoutAnAgentOrSdkHasNobodyWhoTakesSpans() {
    assertThat(CallSpans.before(fixture.told, GROUPS, "1")).isSameAs(fixture.told);
  }

  @Test
  void aTracerThatIsOffIsAskedForNothingMore() {
    DeliveryListener listener =
        CallSpans.before(
            fixture.told,
            GROUPS,
            "1",
            new OpenTelemetry() {
              @Override
              public TracerProvider getTracerProvider() {
                return new AllOff();
              }

              @Override
              public ContextPropagators getPropagators() {
                return ContextPropagators.noop();
              }
            });

    listener.decided(accepted());

    assertThat(fixture.told.decisions).hasSize(1);
  }

  @Test
  void whereNoSpanIsKeptOfTheAttemptNoneIsMadeOfItsPushes() {
    var asked = new AtomicInteger();
    var sampler =
        new Sampler() {
          @Override
          public SamplingResult shouldSample(
              Context parent,
              String trace,
              String name,
              SpanKind kind,
              Attributes attributes,
              List<LinkData> links) {
            asked.incrementAndGet();
            return SamplingResult.drop();
          }

          @Override
          public String getDescription() {
            return "none";
          }
        };
    try (var none = SdkTracerProvider.builder().setSampler(sampler).build()) {
      fixture.takenBy(none).decided(accepted());
    }

    assertThat(asked).hasValue(1);
  }

  @Test
  void aTraceThatNobodyKeepsGetsNoSpans() {
    fixture.spans.decided(accepted(traceparent("00")));

    assertThat(fixture.exporter.getFinishedSpanItems()).isEmpty();
    assertThat(fixture.told.decisions).hasSize(1);
  }

  @Test
  void whoeverTakesSpansAndFailsCostsNoCallAnything() {
    try (var broken = SdkTracerProvider.builder().addSpanProcessor(new Broken()).build()) {
      DeliveryListener listener = fixture.takenBy(broken);

      assertThatCode(() -> listener.decided(accepted())).doesNotThrowAnyException();
      assertThatCode(() -> listener.decided(accepted())).doesNotThrowAnyException();
    }
    assertThat(fixture.told.decisions).hasSize(2);
  }
}
