package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.ringpost.delivery.Answer;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.TokenGone;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTableTest {

  /** Apple's page, row by row: status, reason, outcome, and whether the connection must go. */
  @ParameterizedTest
  @CsvSource({
    "200, '',                          accepted,          false",
    "400, BadCollapseId,               bad_request,       false",
    "400, BadDeviceToken,              bad_device_token,  false",
    "400, BadExpirationDate,           bad_request,       false",
    "400, BadMessageId,                bad_request,       false",
    "400, BadPriority,                 bad_request,       false",
    "400, BadTopic,                    wrong_topic,       false",
    "400, DeviceTokenNotForTopic,      wrong_topic,       false",
    "400, DuplicateHeaders,            bad_request,       false",
    "400, IdleTimeout,                 connection,        true",
    "400, InvalidPushType,             bad_request,       false",
    "400, MissingDeviceToken,          bad_request,       false",
    "400, MissingTopic,                wrong_topic,       false",
    "400, PayloadEmpty,                bad_request,       false",
    "400, TopicDisallowed,             wrong_topic,       false",
    "403, BadCertificate,              credential,        false",
    "403, BadCertificateEnvironment,   credential,        false",
    "403, BadEnvironmentKeyIdInToken,  credential,        false",
    "403, BadEnvironmentKeyInToken,    credential,        false",
    "403, ExpiredProviderToken,        credential,        true",
    "403, Forbidden,                   credential,        false",
    "403, InvalidProviderToken,        credential,        false",
    "403, MissingProviderToken,        credential,        false",
    "403, UnrelatedKeyIdInToken,       credential,        true",
    "404, BadPath,                     bad_request,       false",
    "405, MethodNotAllowed,            bad_request,       false",
    "410, ExpiredToken,                token_gone,        false",
    "410, Unregistered,                token_gone,        false",
    "413, PayloadTooLarge,             payload_too_large, false",
    "429, TooManyProviderTokenUpdates, throttled,         true",
    "429, TooManyRequests,             throttled,         false",
    "500, InternalServerError,         server,            false",
    "503, ServiceUnavailable,          server,            false",
    "503, Shutdown,                    server,            true",
  })
  void eachOfApplesReasonsHasItsOutcome(
      int status, String reason, String outcome, boolean spoilsConnection) {
    Answer answer = new Answer(status, reason);

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
    assertThat(outcome(new Answer(status, reason)).code()).isEqualTo(outcome);
    assertThat(ReasonTable.spoilsConnection(new Answer(status, reason)))
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

  @Test
  void aDeadTokenIsDeadSinceApnsKnew() {
    Instant since = Instant.parse("2026-11-20T08:00:00Z");

    assertThat(ReasonTable.outcome(new Answer(410, "Unregistered"), Optional.of(since)))
        .isEqualTo(new TokenGone(Optional.of(since)));
  }

  @Test
  void aRefusalNamesTheAnswerAndTheFix() {
    assertThat(outcome(new Answer(400, "TopicDisallowed")))
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
    assertThat(outcome(new Answer(400, free)).toString()).doesNotContain(free);
  }

  private static PushOutcome outcome(Answer answer) {
    return ReasonTable.outcome(answer, Optional.empty());
  }
}
