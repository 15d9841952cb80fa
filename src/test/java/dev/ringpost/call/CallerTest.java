package dev.ringpost.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTest {

  @Test
  void aFitNameIsLeftAlone() {
    assertThat(shown("Bob O'Neill 田中 😀")).contains("Bob O'Neill 田中 😀");
  }

  @Test
  void controlCharactersAreRemoved() {
    assertThat(shown("B\u0000o\nb\t\u007F\u0085")).contains("Bob");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068,
        0x2069
      })
  void whatReordersTheScreenIsRemoved(int bidiControl) {
    assertThat(shown("A" + Character.toString(bidiControl) + "B")).contains("AB");
  }

  @Test
  void rightToLeftLettersStay() {
    assertThat(shown("שלום")).contains("שלום");
  }

  @Test
  void halfAPairIsRemoved() {
    assertThat(shown("B\uD83Do\uDE00b\uD83D")).contains("Bob");
  }

  @Test
  void aLongNameIsCut() {
    assertThat(shown("x".repeat(Caller.MAX_NAME_LENGTH + 1)))
        .contains("x".repeat(Caller.MAX_NAME_LENGTH));
  }

  @Test
  void theCutSplitsNoCharacter() {
    String ends = "x".repeat(Caller.MAX_NAME_LENGTH - 1);
    assertThat(shown(ends + "😀")).contains(ends);
    assertThat(shown("x" + "😀".repeat(100))).contains("x" + "😀".repeat(63));
  }

  @Test
  void whatIsRemovedDoesNotCountTowardsTheCut() {
    assertThat(shown("\u202E".repeat(500) + "Bob")).contains("Bob");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\n\u202E", "\uD83D"})
  void aNameOfWhichNothingIsLeftIsNoName(String name) {
    assertThat(shown(name)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sip:bob@example.com, bob",
    "SIPS:bob@example.com:5061;transport=tls, bob",
    "sip:bob:secret@example.com, bob",
    "sip:+49301234;ext=1@example.com, +49301234",
    "sip:bob@example.com?from=eve@example.com, bob",
    "tel:+49-30-1234;phone-context=x, +49-30-1234",
    "TEL:112, 112",
    "bob@example.com:5060, bob",
    "sip:example.com, sip:example.com",
    "sip:@example.com, sip:@example.com",
    "tel:, tel:",
    "+49301234, +49301234",
    "sip:J%C3%BCrgen@example.com, J%C3%BCrgen"
  })
  void theUserIsWhatAPersonWouldDial(String uri, String user) {
    assertThat(Caller.of(uri, Optional.empty()).user()).isEqualTo(user);
  }

  @Test
  void anAddressIsRefusedRatherThanCut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Caller.of("x".repeat(Caller.MAX_URI_LENGTH + 1), Optional.empty()))
        .withMessageContaining("caller.uri");
    assertThatIllegalArgumentException().isThrownBy(() -> Caller.of("", Optional.empty()));
  }

  private static Optional<String> shown(String name) {
    return Caller.of("sip:bob@example.com", Optional.of(name)).name();
  }
}
