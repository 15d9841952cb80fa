package dev.ringpost.apns.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.diagnosis.TestPush.End;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.delivery.ApnsResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerWordsTest {

  @Test
  void everyDocumentedReasonHasWordsOfItsOwn() {
    assertThat(AnswerWords.reasons()).containsExactlyInAnyOrderElementsOf(ReasonTable.documented());
  }

  @Test
  void aTokenThatExpiredIsToldApart() {
    assertThat(AnswerWords.of(new ApnsResponse(410, "ExpiredToken")).meaning())
        .isEqualTo("The token has expired.");
    assertThat(AnswerWords.of(new ApnsResponse(410, "NewReason")))
        .isEqualTo(AnswerWords.of(new ApnsResponse(410, "Unregistered")));
  }

  @ParameterizedTest
  @CsvSource({
    "200, '', ACCEPTED",
    "410, '', REFUSED",
    "403, '', CREDENTIAL",
    "403, NewReason, CREDENTIAL",
    "429, '', TRY_LATER",
    "500, '', TRY_LATER",
    "503, NewReason, TRY_LATER",
    "400, NewReason, REFUSED",
    "302, '', REFUSED",
    "403, ExpiredProviderToken, CREDENTIAL",
    "429, TooManyProviderTokenUpdates, TRY_LATER"
  })
  void anAnswerThatIsNotKnownIsToldByItsStatus(int status, String reason, End end) {
    assertThat(AnswerWords.of(new ApnsResponse(status, reason)).end()).isEqualTo(end);
  }
}
