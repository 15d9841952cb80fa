package dev.ringpost.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.trace.TraceContext;
import dev.ringpost.testing.Samples;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutgoingTest {

  private static final Origin ORIGIN = new Origin("call-invites", 3, 42, Samples.NOW);

  @Test
  void theLogSaysWhichInviteItIsAboutAndItsTrace() {
    Outgoing record =
        about(
            Samples.header("ringpost-format", "1"),
            Samples.header(
                "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

    assertThat(record).hasToString(ORIGIN.toString());
    assertThat(record.trace().map(TraceContext::traceId))
        .contains("4bf92f3577b34da6a3ce929d0e0e4736");
  }

  @Test
  void aRecordWithoutATraceHasNone() {
    assertThat(about(new RecordHeader("traceparent", null)).trace()).isEmpty();
    assertThat(about().trace()).isEmpty();
  }

  private static Outgoing about(RecordHeader... headers) {
    var body = new Outgoing.Body(new byte[0], new byte[0], List.of(headers));
    return new Outgoing(Samples.NOW, ORIGIN, "accepted", body, Optional.empty());
  }
}
