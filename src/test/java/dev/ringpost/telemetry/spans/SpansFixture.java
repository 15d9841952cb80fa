package dev.ringpost.telemetry.spans;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A listener that makes spans, between OpenTelemetry's own SDK and a listener that remembers. */
final class SpansFixture implements AutoCloseable {

  static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  static final String SENDER = "00f067aa0ba902b7";
  static final CallSpans.Groups GROUPS = new CallSpans.Groups("ringpost", "ringpost.retry");

  /** When the sample decisions were made; they began at {@link Samples#NOW}. */
  static final Instant DECIDED = Samples.NOW.plusMillis(60);

  /** A listener that keeps what it is told. */
  static final class Told implements DeliveryListener {

    final List<Decision> decisions = new ArrayList<>();
    int settledAgain;

    @Override
    public void decided(Decision decision) {
      decisions.add(decision);
    }

    @Override
    public void settledAgain(Arrival arrival, Arrival.Claim claim) {
      settledAgain++;
    }
  }

  final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
  final Told told = new Told();
  final DeliveryListener spans = takenBy(provider);

  DeliveryListener takenBy(SdkTracerProvider other) {
    return CallSpans.before(
        told, GROUPS, "1.2.3", OpenTelemetrySdk.builder().setTracerProvider(other).build());
  }

  /** The only span of an attempt. */
  SpanData process() {
    return only(SpanKind.CONSUMER).getFirst();
  }

  /** The spans of pushes, in the order of the report. */
  List<SpanData> pushes() {
    return only(SpanKind.CLIENT);
  }

  private List<SpanData> only(SpanKind kind) {
    return exporter.getFinishedSpanItems().stream().filter(it -> it.getKind() == kind).toList();
  }

  static Map<String, Object> attributes(SpanData span) {
    Map<String, Object> attributes = new TreeMap<>();
    span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
    return attributes;
  }

  static long nanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }

  static RecordHeader traceparent(String flags) {
    return Samples.header("traceparent", "00-" + TRACE + "-" + SENDER + "-" + flags);
  }

  /** One phone rang. */
  static Decision accepted(RecordHeader... headers) {
    return decision(
        Samples.invited(headers),
        Samples.pushes(Samples.accepted(Samples.device("one"))),
        new Disposition.Final(Verdict.ACCEPTED));
  }

  static Decision decision(Verdict verdict, PushReport... pushes) {
    return decision(Samples.invited(), Samples.pushes(pushes), new Disposition.Final(verdict));
  }

  static Decision decision(Arrival arrival, DeliveryReport report, Disposition disposition) {
    return new Decision(arrival, report, disposition, List.of(), Samples.NOW, DECIDED);
  }

  @Override
  public void close() {
    provider.close();
  }
}
