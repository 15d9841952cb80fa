package dev.ringpost.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VoipTokenTest {

  private static final String HEX =
      "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEX,
        "00FC13ADFF785122B4AD28809A3420982341241421348097878E577C991DE8F0",
        "<00fc13ad ff785122 b4ad2880 9a342098 23412414 21348097 878e577c 991de8f0>",
        "  00fc13adff785122b4ad28809a342098 2341241421348097878e577c991de8f0 "
      })
  void aTokenIsNormalisedHoweverIosPrintedIt(String text) {
    assertThat(VoipToken.parse(text).hex()).isEqualTo(HEX);
    assertThat(VoipToken.parse(text)).isEqualTo(VoipToken.parse(HEX));
    assertThat(VoipToken.parse(text)).hasSameHashCodeAs(VoipToken.parse(HEX));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 100, VoipToken.MAX_BYTES})
  void noLengthIsAssumed(int bytes) {
    assertThat(VoipToken.parse("ab".repeat(bytes)).hex()).isEqualTo("ab".repeat(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<>",
        " ",
        "abc",
        "0xabcd",
        "ab\ncd",
        "abcdefgh",
        "\uFF11\uFF12",
        "٣٤",
        "ab-cd"
      })
  void whatIsNoTokenIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> VoipToken.parse(text));
  }

  @Test
  void aTokenBeyondItsBoundIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VoipToken.parse("ab".repeat(VoipToken.MAX_BYTES + 1)));
  }

  @Test
  void aRefusalNeverQuotesTheToken() {
    Throwable wrongCharacter = catchThrowable(() -> VoipToken.parse("deadbeefcafe~"));
    Throwable oddNumber = catchThrowable(() -> VoipToken.parse("deadbeefcafe0"));

    assertThat(wrongCharacter).hasMessageContaining("character 13");
    assertThat(wrongCharacter.getMessage()).doesNotContain("deadbeef", "~");
    assertThat(oddNumber.getMessage()).doesNotContain("deadbeef");
  }

  @Test
  void theDigestIsThatOfTheNormalisedHexText() {
    // printf %s 00fc…e8f0 | sha256sum
    assertThat(VoipToken.parse("<" + HEX.toUpperCase(java.util.Locale.ROOT) + ">").digest().value())
        .isEqualTo("09ff825c4a48");
  }

  @Test
  void aTokenPrintsAsItsDigestOnly() {
    assertThat(VoipToken.parse(HEX)).hasToString("VoipToken[09ff825c4a48]");
  }

  @Test
  void itsBytesCannotBeChangedFromOutside() {
    byte[] given = {1, 2, 3};
    VoipToken token = VoipToken.ofBytes(given);
    given[0] = 9;
    token.bytes()[1] = 9;

    assertThat(token.hex()).isEqualTo("010203");
  }
}
