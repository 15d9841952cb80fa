package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A journey of a call through a worker for which OpenTelemetry is there: its spans. */
@Timeout(90)
@Isolated
class CallSpansIT {

  private static final UserId ALICE = new UserId("alice");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SENDER = "00f067aa0ba902b7";
  private static final AttributeKey<String> VERDICT = AttributeKey.stringKey("ringpost.verdict");
  private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("ringpost.attempt");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();

  @BeforeEach
  void register() {
    GlobalOpenTelemetry.resetForTest();
    GlobalOpenTelemetry.set(OpenTelemetrySdk.builder().setTracerProvider(provider).build());
  }

  @AfterEach
  void deregister() {
    GlobalOpenTelemetry.resetForTest();
    provider.close();
  }

  @Test
  void bothTriesAtACallAndTheirPushesAreInTheTraceThatItsServerBegan(@TempDir Path folder) {
    try (LocalKafka kafka = LocalKafka.start();
        var environment = CallEnvironment.on(kafka.bootstrapServers(), folder, "").startWorker()) {
      Device phone = environment.phone("iphone-1");
      environment.give(ALICE, phone);
      Behaviour unavailable = Behaviour.rejects(503, "ServiceUnavailable");
      environment.production().answerNext(phone.token(), unavailable, unavailable);

      Instant before = Instant.now();
      Origin invite = call(environment);
      await().atMost(Duration.ofSeconds(30)).until(() -> spans(SpanKind.CONSUMER).size() == 2);

      List<SpanData> tries = spans(SpanKind.CONSUMER);
      List<SpanData> pushes = spans(SpanKind.CLIENT);
      assertThat(tries)
          .allMatch(span -> span.getParentSpanId().equals(SENDER))
          .allMatch(span -> span.getName().equals("process " + CallPlatform.INVITES))
          .allMatch(
              span ->
                  span.getAttributes().asMap().containsValue(invite.offset())
                      && span.getStartEpochNanos() >= before.toEpochMilli() * 1_000_000
                      && span.getEndEpochNanos() <= Instant.now().toEpochMilli() * 1_000_000);
      assertThat(tries)
          .extracting(span -> span.getAttributes().get(VERDICT))
          .containsExactly("retrying", "accepted");
      assertThat(tries)
          .extracting(span -> span.getAttributes().get(ATTEMPT))
          .containsExactly(1L, 2L);
      assertThat(pushes)
          .extracting(span -> span.getAttributes().get(STATUS))
          .containsExactly(503L, 200L);
      assertThat(pushes)
          .extracting(SpanData::getParentSpanId)
          .containsExactlyElementsOf(tries.stream().map(SpanData::getSpanId).toList());
      for (int i = 0; i < pushes.size(); i++) {
        assertThat(pushes.get(i).getStartEpochNanos()).isEqualTo(tries.get(i).getStartEpochNanos());
        assertThat(pushes.get(i).getEndEpochNanos())
            .as("a clock is no stopwatch, so within a second")
            .isLessThan(tries.get(i).getEndEpochNanos() + 1_000_000_000L);
      }
    }
  }

  private List<SpanData> spans(SpanKind kind) {
    return exporter.getFinishedSpanItems().stream()
        .filter(span -> span.getTraceId().equals(TRACE) && span.getKind() == kind)
        .toList();
  }

  private static Origin call(CallEnvironment environment) {
    String invite =
        """
        {"callId": "%s", "callee": "alice", "caller": {"uri": "sip:bob@example.com"}}\
        """
            .formatted(environment.freshCall().value());
    var record = new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, invite.getBytes(UTF_8));
    record
        .headers()
        .add("traceparent", ("00-" + TRACE + "-" + SENDER + "-01").getBytes(ISO_8859_1));
    return environment.platform().publish(record);
  }
}
