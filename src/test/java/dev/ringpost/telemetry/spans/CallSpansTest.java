package dev.ringpost.telemetry.spans;

import static dev.ringpost.telemetry.spans.SpansFixture.DECIDED;
import static dev.ringpost.telemetry.spans.SpansFixture.SENDER;
import static dev.ringpost.telemetry.spans.SpansFixture.TRACE;
import static dev.ringpost.telemetry.spans.SpansFixture.accepted;
import static dev.ringpost.telemetry.spans.SpansFixture.attributes;
import static dev.ringpost.telemetry.spans.SpansFixture.decision;
import static dev.ringpost.telemetry.spans.SpansFixture.nanos;
import static dev.ringpost.telemetry.spans.SpansFixture.traceparent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryReport;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class CallSpansTest {

  private final SpansFixture fixture = new SpansFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void theNextListenerIsToldAll() {
    Decision decision = accepted();
    fixture.spans.decided(decision);
    fixture.spans.settledAgain(Samples.invited(), Arrival.Claim.ALONE);

    assertThat(fixture.told.decisions).containsExactly(decision);
    assertThat(fixture.told.settledAgain).isEqualTo(1);
  }

  @Test
  void anInviteIsProcessedInTheTraceThatItCameWith() {
    fixture.spans.decided(accepted(traceparent("01")));

    SpanData process = fixture.process();
    assertThat(process.getName()).isEqualTo("process call-invites");
    assertThat(process.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(process.getTraceId()).isEqualTo(TRACE);
    assertThat(process.getParentSpanId()).isEqualTo(SENDER);
    assertThat(process.getParentSpanContext().isRemote()).isTrue();
    assertThat(process.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(process.getStartEpochNanos()).isEqualTo(nanos(Samples.NOW));
    assertThat(process.getEndEpochNanos()).isEqualTo(nanos(DECIDED));
    assertThat(process.getInstrumentationScopeInfo().getName()).isEqualTo("dev.ringpost");
    assertThat(process.getInstrumentationScopeInfo().getVersion()).isEqualTo("1.2.3");
    assertThat(process.getInstrumentationScopeInfo().getSchemaUrl()).isEqualTo(CallSpans.SCHEMA);
    assertThat(attributes(process))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("messaging.system", "kafka"),
                Map.entry("messaging.operation.name", "process"),
                Map.entry("messaging.operation.type", "process"),
                Map.entry("messaging.destination.name", "call-invites"),
                Map.entry("messaging.destination.partition.id", "3"),
                Map.entry("messaging.kafka.offset", 42L),
                Map.entry("messaging.consumer.group.name", "ringpost"),
                Map.entry(
                    "messaging.message.conversation_id", Samples.invite().callUuid().toString()),
                Map.entry("ringpost.attempt", 1L),
                Map.entry("ringpost.disposition", "final"),
                Map.entry("ringpost.verdict", "accepted")));
  }

  @Test
  void anInviteWithoutATraceBeginsOneWhateverElseItsThreadDoes() {
    var other = fixture.provider.get("other").spanBuilder("other").startSpan();
    try (var _ = other.makeCurrent()) {
      fixture.spans.decided(accepted());
    }
    other.end();

    assertThat(fixture.process().getParentSpanId()).isEqualTo(SpanId.getInvalid());
    assertThat(fixture.process().getTraceId()).isNotEqualTo(other.getSpanContext().getTraceId());
  }

  @Test
  void aRetryIsOfTheOtherGroup() {
    Attempt again = Attempt.first(Samples.invite()).next(Optional.empty(), 0);
    var ladder = new RetryLadder.Next(2, DECIDED.plusSeconds(1));
    fixture.spans.decided(
        decision(
            new Arrival.Invited(Samples.envelope(), again),
            Samples.pushes(),
            new Disposition.Retry(again.next(Optional.empty(), 0), ladder)));

    assertThat(attributes(fixture.process()))
        .containsEntry("messaging.consumer.group.name", "ringpost.retry")
        .containsEntry("ringpost.attempt", 2L)
        .containsEntry("ringpost.disposition", "retry")
        .containsEntry("ringpost.verdict", "retrying")
        .doesNotContainKey("error.type");
  }

  @Test
  void aCallThatFailsIsAnErrorWithItsReason() {
    fixture.spans.decided(
        decision(
            Verdict.FAILED,
            Samples.unanswered(
                Samples.device("one"), new PushOutcome.TryAgain(RetryReason.NO_ANSWER))));

    assertThat(fixture.process().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attributes(fixture.process()))
        .containsEntry("ringpost.reason", "no_answer")
        .containsEntry("error.type", "no_answer");
  }

  @Test
  void aRecordThatCannotBeReadIsAnErrorInItsTrace() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "words");
    fixture.spans.decided(
        decision(
            new Arrival.Malformed(Samples.envelope(traceparent("01")), flaw, Optional.empty()),
            DeliveryReport.nothing(),
            new Disposition.DeadLetter(flaw)));

    assertThat(fixture.process().getTraceId()).isEqualTo(TRACE);
    assertThat(fixture.process().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attributes(fixture.process()))
        .containsEntry("ringpost.disposition", "dead_letter")
        .containsEntry("ringpost.reason", "not_json")
        .containsEntry("error.type", "not_json")
        .doesNotContainKeys(
            "ringpost.verdict", "messaging.consumer.group.name", "ringpost.attempt");
  }

  @Test
  void anInviteThatWentToAnotherWorkerHasNoVerdict() {
    fixture.spans.decided(
        decision(Samples.invited(), Samples.pushes(), new Disposition.Abandoned()));

    assertThat(attributes(fixture.process()))
        .containsEntry("ringpost.disposition", "abandoned")
        .doesNotContainKeys("ringpost.verdict", "error.type");
  }

  @Test
  void aClockThatIsSetBackMakesNoSpanThatEndsBeforeItBegins() {
    fixture.spans.decided(
        new Decision(
            Samples.invited(),
            Samples.pushes(),
            new Disposition.Final(Verdict.NO_DEVICES),
            List.of(),
            Samples.NOW,
            Samples.NOW.minus(Duration.ofHours(1))));

    assertThat(fixture.process().getEndEpochNanos())
        .isEqualTo(fixture.process().getStartEpochNanos());
  }

  @Test
  void noAttributeHoldsWhoCallsOrAnythingOfTheTokenOrTheDevice() {
    var device = Samples.device("alices-phone");
    fixture.spans.decided(
        decision(
            Verdict.FAILED,
            Samples.accepted(device),
            Samples.answered(
                device,
                new PushOutcome.Refused(
                    PushOutcome.RejectionReason.BAD_DEVICE_TOKEN, "alice's at alices-phone"),
                400,
                "BadDeviceToken")));

    assertThat(fixture.exporter.getFinishedSpanItems())
        .hasSize(3)
        .allSatisfy(
            span ->
                assertThat(span.toString())
                    .doesNotContainIgnoringCase("alice")
                    .doesNotContain("bob@example.com", device.token().hex())
                    .doesNotContain(Samples.CALL.value()));
  }
}
