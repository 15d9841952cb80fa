package dev.ringpost.testing.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.call.VoipToken;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class NothingSecretPrintedTest {

  private static final VoipToken TOKEN = VoipToken.parse("0123456789abcdef".repeat(4));

  private final NothingSecretPrinted guarantee = new NothingSecretPrinted();

  @Test
  void whatIsPrintedInAnyFormIsFound() {
    guarantee.token("a token", TOKEN);
    guarantee.key("a key", "-----BEGIN PRIVATE KEY-----\nMIGTAgEAMBMGByqGSM49\n-----END");
    guarantee.secret("a passphrase", "open sesame");

    guarantee.look("the log", "token=" + TOKEN.hex());
    guarantee.look("a result", Base64.getEncoder().encodeToString(TOKEN.bytes()));
    guarantee.look("an error", "bad line MIGTAgEAMBMGByqGSM49");
    guarantee.look("another error", "the passphrase 'Open Sesame' is wrong");

    assertThat(guarantee.breaches())
        .contains(
            "the log holds a token",
            "a result holds a token in Base64",
            "an error holds a key",
            "another error holds a passphrase");
    assertThat(guarantee.places()).hasSize(4);
  }

  @Test
  void aDigestIsNoSecret() {
    guarantee.token("a token", TOKEN);

    guarantee.look("the log", TOKEN + " " + TOKEN.digest());

    assertThat(guarantee.breaches()).isEmpty();
  }

  @Test
  void anEmptyPlaceIsNoProof() {
    assertThatThrownBy(() -> guarantee.look("the log", " \n"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
