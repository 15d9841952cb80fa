package dev.ringpost.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.telemetry.page.MetricsFormat;
import dev.ringpost.telemetry.page.MetricsPage;
import dev.ringpost.telemetry.page.TraceOfMeasurement;
import dev.ringpost.testing.Samples;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExemplarsTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String IDS = "{span_id=\"%s\",trace_id=\"%s\"}".formatted(SPAN, TRACE);

  private static final Pattern EXEMPLAR = Pattern.compile("^(\\w+)\\{.*} \\S+ # (\\{.*}) ");

  private final MetricsPage page = new MetricsPage();
  private final DeliveryMeters meters =
      new DeliveryMeters(new Telemetry(page.registry()), Set.of(Samples.APP));

  @AfterEach
  void close() {
    page.close();
  }

  @Test
  void theTimesOfAnInviteCarryTheIdsOfItsTrace() {
    meters.decided(accepted(traceparent("01")));

    assertThat(exemplars())
        .contains(
            "ringpost_invite_to_written_seconds_bucket " + IDS,
            "ringpost_push_to_answer_seconds_bucket " + IDS,
            "ringpost_invite_to_verdict_seconds_bucket " + IDS)
        .allMatch(line -> line.endsWith(" " + IDS));
    assertThat(page.text(MetricsFormat.OPEN_METRICS)).endsWith("# EOF\n");
  }

  @Test
  void theLastHeaderCountsAsItDoesInResults() {
    meters.decided(
        accepted(
            traceparent("01"), Samples.header("traceparent", "00-" + "0".repeat(10_000) + "-01")));

    assertThat(exemplars()).isEmpty();
  }

  @Test
  void aTraceThatNobodyKeepsIsNoExemplar() {
    meters.decided(accepted(traceparent("00")));

    assertThat(exemplars()).isEmpty();
  }

  @Test
  void whatIsMeasuredOutsideAnInviteHasNoTrace() {
    var trace = new TraceOfMeasurement();
    TraceOfMeasurement.during(
        Samples.envelope(traceparent("01")).trace(),
        () -> {
          assertThat(trace.getCurrentTraceId()).isEqualTo(TRACE);
          assertThat(trace.getCurrentSpanId()).isEqualTo(SPAN);
        });

    assertThat(trace.getCurrentTraceId()).isNull();
    assertThat(trace.getCurrentSpanId()).isNull();
    assertThat(trace.isCurrentSpanSampled()).isFalse();
  }

  @Test
  void theTextOfPrometheusHasNone() {
    meters.decided(accepted(traceparent("01")));

    assertThat(page.text(MetricsFormat.PROMETHEUS))
        .contains("ringpost_invite_to_written_seconds_bucket")
        .doesNotContain(TRACE);
  }

  /** Each exemplar, by the name of its series and its labels. */
  private List<String> exemplars() {
    return page.text(MetricsFormat.OPEN_METRICS)
        .lines()
        .map(EXEMPLAR::matcher)
        .filter(line -> line.find())
        .map(line -> line.group(1) + " " + line.group(2))
        .toList();
  }

  private static RecordHeader traceparent(String flags) {
    return Samples.header("traceparent", "00-" + TRACE + "-" + SPAN + "-" + flags);
  }

  private static Decision accepted(RecordHeader... headers) {
    return new Decision(
        Samples.invited(headers),
        Samples.pushes(Samples.accepted(Samples.device("one"))),
        new Disposition.Final(Verdict.ACCEPTED),
        List.of(),
        Samples.NOW,
        Samples.NOW.plusSeconds(1));
  }
}
