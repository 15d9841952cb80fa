package dev.ringpost.tools.apple;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.BundleId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.tools.apple.AppMetrics.Failed;
import dev.ringpost.tools.apple.AppMetrics.Found;
import dev.ringpost.tools.apple.AppMetrics.NotAsked;
import dev.ringpost.tools.apple.AppMetrics.Told;
import dev.ringpost.tools.apple.AppleReport.Counted;
import dev.ringpost.tools.apple.AppleReport.End;
import dev.ringpost.tools.apple.AppleReport.OwnCount;
import dev.ringpost.tools.apple.AppleReport.Uncounted;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The words about Apple's counts. */
@Timeout(10)
class AppleReportTest {

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Days DAYS = Days.before(NOW, 2);
  private static final OwnCount ALL = new Counted(new AcceptedPushes(Instant.MIN));

  @Test
  void eachDayHasApplesRowsAndOurCount() {
    var lost = new AcceptedPushes(Instant.parse("2026-11-29T07:30:00Z"));
    AppleReport report =
        report(
            new Counted(lost),
            new Told(
                List.of(
                    new MetricsRow("voip", "Delivered", "2026-11-28", 1200),
                    new MetricsRow("alert", "Delivered", "2026-11-28", 5))));

    assertThat(report.text())
        .startsWith(
            "com.example.phone: pushes of the type voip, 2026-11-28 to 2026-11-29, days in UTC",
            "  2026-11-28",
            "        1200  Delivered",
            "           ?  accepted here; the results are deleted",
            "  2026-11-29",
            "           0  accepted here from 2026-11-29T07:30:00.000Z on; older results are"
                + " deleted",
            "Rows of other types are not shown: alert.",
            "Its token for Apple's data export ends on 2027-05-01.");
    JsonNode json = CallPlatform.json(report.json());
    assertThat(json.at("/apps/0/hasVoipRows").asBoolean()).isTrue();
    assertThat(json.at("/apps/0/rows")).hasSize(2);
    assertThat(json.at("/apps/0/tokenDaysLeft").asInt()).isEqualTo(152);
    assertThat(json.at("/apps/0/accepted/0/known").asText()).isEqualTo("nothing");
    assertThat(json.at("/resultsHeldSince").asText()).isEqualTo("2026-11-29T07:30:00.000Z");
    assertThat(report.end()).isEqualTo(End.WHOLE);
  }

  /** Apple documents that there are rows by push type, but not of which types. */
  @Test
  void whereVoipHasNoRowsOfItsOwnItIsSaid() {
    AppleReport report =
        report(
            ALL,
            new Told(
                List.of(
                    new MetricsRow("background", "Delivered", "2026-11-28", 5),
                    new MetricsRow("alert", "Delivered", "2026-11-28", 5))));

    assertThat(report.text())
        .contains(
            "Apple's export has no rows of the push type voip. It has rows of: alert, background.");
    assertThat(CallPlatform.json(report.json()).at("/apps/0/hasVoipRows").asBoolean(true))
        .isFalse();
    assertThat(report(ALL, new Told(List.of())).text())
        .contains("Apple's export has no rows of the push type voip. It has no rows at all.");
  }

  @Test
  void aRowOfAnotherDateIsNotHidden() {
    assertThat(
            report(ALL, new Told(List.of(new MetricsRow("voip", "Delivered", "28 Nov", 7)))).text())
        .contains("  other dates", "           7  28 Nov  Delivered");
  }

  @Test
  void whatIsMissingDecidesTheEnd() {
    assertThat(report(ALL, new NotAsked()).end()).isEqualTo(End.WHOLE);
    assertThat(report(ALL, new Failed(false, "no")).end()).isEqualTo(End.INCOMPLETE);
    assertThat(report(ALL, new Failed(false, "no"), new Failed(true, "no")).end())
        .isEqualTo(End.TOKEN_REFUSED);
    AppleReport blind = report(new Uncounted("no broker"), new Told(List.of()));
    assertThat(blind.end()).isEqualTo(End.INCOMPLETE);
    assertThat(blind.text()).contains("What was accepted here is not known: no broker.");
    assertThat(CallPlatform.json(blind.json()).path("acceptedError").asText())
        .isEqualTo("no broker");
  }

  private static AppleReport report(OwnCount own, Found... found) {
    return new AppleReport(
        DAYS,
        NOW,
        List.of(found).stream()
            .map(it -> new AppMetrics(APP, Optional.of(LocalDate.of(2027, 5, 1)), it))
            .toList(),
        own);
  }
}
