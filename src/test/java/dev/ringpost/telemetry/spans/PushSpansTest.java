package dev.ringpost.telemetry.spans;

import static dev.ringpost.telemetry.spans.SpansFixture.attributes;
import static dev.ringpost.telemetry.spans.SpansFixture.decision;
import static dev.ringpost.telemetry.spans.SpansFixture.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class PushSpansTest {

  private final SpansFixture fixture = new SpansFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void eachDeviceThatWasToRingHasASpanBelowIt() {
    PushReport gone =
        Samples.answered(
            Samples.device("two"),
            new PushOutcome.Unregistered(Optional.empty()),
            410,
            "Unregistered");
    PushReport down =
        Samples.unanswered(
            Samples.device("three"), new PushOutcome.TryAgain(RetryReason.ROUTE_DOWN));
    PushReport late =
        Samples.unanswered(Samples.device("four"), new PushOutcome.NotSent(NotSentReason.LATE));
    PushReport good = Samples.accepted(Samples.device("one"));
    fixture.spans.decided(decision(Verdict.ACCEPTED, good, gone, down, late));

    assertThat(fixture.pushes())
        .allMatch(push -> push.getParentSpanId().equals(fixture.process().getSpanId()))
        .allMatch(push -> push.getTraceId().equals(fixture.process().getTraceId()))
        .allMatch(push -> push.getName().equals("push apns"))
        .allMatch(push -> push.getKind() == SpanKind.CLIENT)
        .allMatch(push -> push.getStartEpochNanos() == nanos(Samples.NOW))
        .allMatch(push -> push.getEndEpochNanos() == nanos(Samples.NOW.plusMillis(50)))
        .extracting(push -> push.getStatus().getStatusCode())
        .containsExactly(StatusCode.UNSET, StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET);
    assertThat(attributes(fixture.pushes().getFirst()))
        .isEqualTo(
            Map.of(
                "ringpost.push.outcome", "accepted",
                "ringpost.push.apns_id", good.apnsId().toString(),
                "ringpost.push.app", "com.example.phone",
                "ringpost.push.environment", "production",
                "ringpost.push.tries", 1L,
                "ringpost.push.connection", "production-1",
                "http.response.status_code", 200L));
    assertThat(attributes(fixture.pushes().get(1)))
        .containsEntry("http.response.status_code", 410L)
        .containsEntry("ringpost.push.reason", "Unregistered")
        .containsEntry("error.type", "token_gone");
    assertThat(attributes(fixture.pushes().get(2)))
        .containsEntry("error.type", "route_down")
        .containsEntry("ringpost.push.tries", 0L)
        .doesNotContainKeys("http.response.status_code", "ringpost.push.connection");
    assertThat(attributes(fixture.pushes().get(3)))
        .containsEntry("ringpost.push.outcome", "late")
        .doesNotContainKey("error.type");
  }

  @Test
  void whatAnEarlierDeliveryLearnedIsNotToldTwice() {
    PushReport before = Samples.accepted(Samples.device("one"));
    Instant begunAgain = Samples.NOW.plusSeconds(1);
    fixture.spans.decided(
        new Decision(
            Samples.invited(),
            Samples.pushes(before),
            new Disposition.Final(Verdict.ACCEPTED),
            List.of(),
            begunAgain,
            begunAgain.plusMillis(1)));

    assertThat(fixture.pushes()).isEmpty();
    assertThat(attributes(fixture.process())).containsEntry("ringpost.verdict", "accepted");
  }
}
