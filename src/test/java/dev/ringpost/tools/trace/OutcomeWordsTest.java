package dev.ringpost.tools.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The words of a device's end. */
@Timeout(10)
class OutcomeWordsTest {

  @Test
  void everyOutcomeOfTheWorkerHasWords() {
    Set<String> codes = new HashSet<>(Set.of("accepted", "token_gone"));
    Arrays.stream(RetryReason.values()).map(RetryReason::code).forEach(codes::add);
    Arrays.stream(RejectionReason.values()).map(RejectionReason::code).forEach(codes::add);
    Arrays.stream(NotSentReason.values()).map(NotSentReason::code).forEach(codes::add);

    assertThat(OutcomeWords.BY_OUTCOME.keySet()).isEqualTo(codes);
  }

  @Test
  void anAnswerIsToldInTheWordsOfItsReason() {
    assertThat(OutcomeWords.of(end("throttled", OptionalInt.of(429), "TooManyRequests")).meaning())
        .contains("too many pushes")
        .doesNotEndWith(".");
    assertThat(OutcomeWords.of(end("credential", OptionalInt.of(403), "")).meaning())
        .startsWith("APNs refuses the key");
  }

  @Test
  void anOutcomeOfALaterVersionIsNotGuessed() {
    assertThat(OutcomeWords.of(end("of_tomorrow", OptionalInt.empty(), "")).meaning())
        .isEqualTo("its outcome is unknown to this version");
  }

  private static DeviceEnd end(String outcome, OptionalInt status, String reason) {
    return new DeviceEnd(
        "d",
        "0123",
        "app",
        "production",
        "production",
        outcome,
        "",
        "id",
        status,
        reason,
        "",
        1,
        1,
        false);
  }
}
