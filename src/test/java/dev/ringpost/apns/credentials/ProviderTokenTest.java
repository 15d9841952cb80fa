package dev.ringpost.apns.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.ringpost.apns.SenderFixture;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One provider token for all connections, kept for as long as Apple wants it to be. */
class ProviderTokenTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private ProviderToken token;
  private String first;

  @BeforeEach
  void sign() throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    ECPrivateKey key = (ECPrivateKey) keys.generateKeyPair().getPrivate();
    token = new ProviderToken(new ApnsSigningKey(SenderFixture.KEY_ID, SenderFixture.TEAM_ID, key));
    first = at(Duration.ZERO);
  }

  @Test
  void isKeptForItsLifeAndThenSignedAnew() {
    assertThat(at(ProviderToken.LIFE)).isEqualTo(first);
    String second = at(ProviderToken.LIFE.plusSeconds(1));
    assertThat(second).isNotEqualTo(first);
    assertThat(at(ProviderToken.LIFE.multipliedBy(2))).isEqualTo(second);
  }

  @Test
  void isSignedAnewIfTheClockWasSetBackFar() {
    assertThat(at(Duration.ofMinutes(-1))).isEqualTo(first);
    assertThat(at(ProviderToken.LIFE.plusSeconds(1).negated())).isNotEqualTo(first);
  }

  @Test
  void isSignedAnewWhenApnsCallsItExpiredUnlessItIsYoung() {
    token.expired(NOW.plus(ProviderToken.YOUNG));
    assertThat(at(ProviderToken.YOUNG)).isEqualTo(first);
    token.expired(NOW.plus(ProviderToken.YOUNG).plusSeconds(1));

    assertThat(at(ProviderToken.YOUNG.plusSeconds(1))).isNotEqualTo(first);
  }

  private String at(Duration later) {
    return token.header(NOW.plus(later)).toString();
  }
}
