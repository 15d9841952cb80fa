package dev.ringpost.apns.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.delivery.ApnsResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushEndTest {

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
  void anAnswerEndsAPush(int status, String reason, PushEnd end) {
    assertThat(PushEnd.of(new ApnsResponse(status, reason))).isEqualTo(end);
  }
}
