package dev.ringpost.apns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.ringpost.apns.wire.ReasonTable.Proof;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTableTest {

  @ParameterizedTest
  @CsvFileSource(resources = "answers.csv", quoteCharacter = '\'', useHeadersInDisplayName = true)
  void eachOfApplesReasonsHasItsOutcome(
      int status, String reason, String outcome, boolean spoilsConnection) {
    ApnsResponse answer = new ApnsResponse(status, reason);

    assertThat(outcome(answer).code()).isEqualTo(outcome);
    assertThat(ReasonTable.spoilsConnection(answer)).isEqualTo(spoilsConnection);
    assertThat(ReasonTable.tag(reason)).isEqualTo(reason.isEmpty() ? "none" : reason);
  }

  /** Reasons that are new, and those that got lost because the body came in two frames. */
  @ParameterizedTest
  @CsvSource({
    "400, NewReason, unknown_refusal",
    "400, '',        unknown_refusal",
    "403, NewReason, credential",
    "403, '',        credential",
    "404, '',        bad_request",
    "405, '',        bad_request",
    "410, '',        token_gone",
    "410, NewReason, token_gone",
    "413, '',        payload_too_large",
    "418, Teapot,    unknown_refusal",
    "429, '',        throttled",
    "429, NewReason, throttled",
    "500, '',        server",
    "502, '',        server",
    "503, NewReason, server",
    "302, '',        unknown_refusal",
  })
  void aReasonThatIsNotKnownIsJudgedByItsStatus(int status, String reason, String outcome) {
    assertThat(outcome(new ApnsResponse(status, reason)).code()).isEqualTo(outcome);
    assertThat(ReasonTable.spoilsConnection(new ApnsResponse(status, reason)))
        .as("a 403 may be the expired provider token that Pushy would not renew")
        .isEqualTo(status == 403 && reason.isEmpty());
  }

  @ParameterizedTest
  @EnumSource(RejectionReason.class)
  void eachReasonThatPushyKnowsHasATagOfItsOwn(RejectionReason reason) {
    String text =
        Arrays.stream(reason.name().split("_"))
            .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
            .collect(Collectors.joining());

    assertThat(ReasonTable.tag(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "200, '', PROVEN",
    "400, BadDeviceToken, PROVEN",
    "410, '', PROVEN",
    "410, Unregistered, PROVEN",
    "403, '', REFUSED",
    "403, InvalidProviderToken, REFUSED",
    "403, NewReason, REFUSED",
    "400, TopicDisallowed, REFUSED",
    "400, BadTopic, REFUSED",
    "301, '', NONE",
    "302, '', NONE",
    "400, '', NONE",
    "400, NewReason, NONE",
    "400, PayloadEmpty, NONE",
    "404, '', NONE",
    "404, BadPath, NONE",
    "405, MethodNotAllowed, NONE",
    "413, PayloadTooLarge, NONE",
    "429, TooManyRequests, NONE",
    "500, InternalServerError, NONE",
    "503, '', NONE"
  })
  void onlyAnAnswerAboutTheTokenProvesACredential(int status, String reason, Proof proof) {
    assertThat(ReasonTable.proof(new ApnsResponse(status, reason))).isEqualTo(proof);
  }

  @Test
  void noOtherAnswerOfApplesProvesOne() {
    assertThat(ReasonTable.answers())
        .filteredOn(answer -> ReasonTable.proof(answer) == Proof.PROVEN)
        .containsExactlyInAnyOrder(
            new ApnsResponse(200, ""),
            new ApnsResponse(400, "BadDeviceToken"),
            new ApnsResponse(410, "Unregistered"),
            new ApnsResponse(410, "ExpiredToken"));
  }

  @Test
  void aDeadTokenIsDeadSinceApnsKnew() {
    Instant since = Instant.parse("2026-11-20T08:00:00Z");

    assertThat(ReasonTable.outcome(new ApnsResponse(410, "Unregistered"), Optional.of(since)))
        .isEqualTo(new Unregistered(Optional.of(since)));
  }

  @Test
  void aRefusalNamesTheAnswerAndTheFix() {
    assertThat(outcome(new ApnsResponse(400, "TopicDisallowed")))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.detail())
                    .startsWith("APNs answered 400 TopicDisallowed; check the app's bundle-ids"));
  }

  @Test
  void aWordThatIsNotApplesReachesNoTagAndNoDetail() {
    String free = "a free text of somebody";

    assertThat(ReasonTable.tag(free)).isEqualTo("other");
    assertThat(outcome(new ApnsResponse(400, free)).toString()).doesNotContain(free);
  }

  private static PushOutcome outcome(ApnsResponse answer) {
    return ReasonTable.outcome(answer, Optional.empty());
  }

  @Test
  void aTokenThatExpiredIsToldApart() {
    assertThat(ReasonTable.row(new ApnsResponse(410, "ExpiredToken")).meaning())
        .isEqualTo("The token has expired.");
    assertThat(ReasonTable.row(new ApnsResponse(410, "NewReason")).meaning())
        .isEqualTo(ReasonTable.row(new ApnsResponse(410, "Unregistered")).meaning());
  }
}
