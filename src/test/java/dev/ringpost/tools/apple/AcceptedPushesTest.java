package dev.ringpost.tools.apple;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.tools.apple.AcceptedPushes.Known;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The count of what APNs accepted, by results. */
@Timeout(10)
class AcceptedPushesTest {

  private static final String APP = "com.example.phone";
  private static final LocalDate DAY = LocalDate.of(2026, 11, 29);
  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

  private final AcceptedPushes pushes = new AcceptedPushes(Instant.MIN);

  @Test
  void acceptedPushesInProductionAreCountedByAppAndDay() {
    take(1, NOON, device(APP, "production", "accepted"), device(APP, "production", "accepted"));
    take(
        2,
        NOON,
        device(APP, "production", "token_gone"),
        device("other", "production", "accepted"));
    take(3, NOON.plusSeconds(12 * 3600), device(APP, "production", "accepted"));

    assertThat(pushes.of(APP, DAY)).isEqualTo(2);
    assertThat(pushes.of("other", DAY)).isOne();
    assertThat(pushes.of(APP, DAY.plusDays(1))).isOne();
    assertThat(pushes.of(APP, DAY.minusDays(1))).isZero();
  }

  /** Apple's export is of production; a push may have been accepted elsewhere than registered. */
  @Test
  void theEnvironmentThatAcceptedCounts() {
    take(1, NOON, device(APP, "sandbox", "accepted"));
    take(2, NOON, device(APP, "sandbox", "accepted\", \"environment\": \"production"));
    take(3, NOON, device(APP, "production", "accepted\", \"environment\": \"sandbox"));

    assertThat(pushes.of(APP, DAY)).isOne();
  }

  @Test
  void aResultThatStandsThereTwiceCountsOnceAndAnotherAttemptCounts() {
    take(1, NOON, device(APP, "production", "accepted"));
    take(1, NOON, device(APP, "production", "accepted"));
    pushes.take(record(NOON, result(1, 2, device(APP, "production", "accepted"))));

    assertThat(pushes.of(APP, DAY)).isEqualTo(2);
  }

  /** A second verdict has the invite and the attempt of the first one. */
  @Test
  void aSecondVerdictThatIsReadFirstHidesNothing() {
    pushes.take(record(NOON, result(1, 1)));
    take(1, NOON, device(APP, "production", "accepted"));

    assertThat(pushes.of(APP, DAY)).isOne();
  }

  @Test
  void whatIsNoResultCountsForNothing() {
    pushes.take(new Envelope(origin(NOON), null, null, List.of()));
    pushes.take(record(NOON, "no JSON"));
    pushes.take(record(NOON, "[]"));

    assertThat(pushes.of(APP, DAY)).isZero();
  }

  @Test
  void aDayIsKnownAsFarAsTheTopicReachesBack() {
    var lost = new AcceptedPushes(NOON);

    assertThat(lost.known(DAY.minusDays(1))).isEqualTo(Known.NOTHING);
    assertThat(lost.known(DAY)).isEqualTo(Known.PART);
    assertThat(lost.known(DAY.plusDays(1))).isEqualTo(Known.ALL);
    assertThat(new AcceptedPushes(Days.begin(DAY)).known(DAY)).isEqualTo(Known.ALL);
    assertThat(pushes.known(DAY)).isEqualTo(Known.ALL);
  }

  private void take(int offset, Instant at, String... devices) {
    pushes.take(record(at, result(offset, 1, devices)));
  }

  private static String result(int offset, int attempt, String... devices) {
    return "{\"invite\": {\"topic\": \"call-invites\", \"partition\": 0, \"offset\": %d},"
            .formatted(offset)
        + " \"attempt\": %d, \"devices\": [%s]}".formatted(attempt, String.join(", ", devices));
  }

  private static String device(String app, String environment, String outcome) {
    return "{\"app\": \"%s\", \"registeredEnvironment\": \"%s\", \"outcome\": \"%s\"}"
        .formatted(app, environment, outcome);
  }

  private static Envelope record(Instant at, String value) {
    return new Envelope(origin(at), null, value.getBytes(UTF_8), List.of());
  }

  private static Origin origin(Instant at) {
    return new Origin("call-push-results", 0, 1, at);
  }
}
