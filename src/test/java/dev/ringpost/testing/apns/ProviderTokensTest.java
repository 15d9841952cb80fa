package dev.ringpost.testing.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.SettableClock;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderTokensTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String RFC_7518 = "SHA256withECDSAinP1363Format";

  private final KeyPair pair = CertificateAuthority.newKeyPair();
  private final SettableClock clock = new SettableClock(NOW);
  private final ProviderTokens tokens =
      new ProviderTokens(
          List.of(
              new SigningKey(Path.of("unread.p8"), "KEY", "TEAM", (ECPublicKey) pair.getPublic())),
          clock);

  @ParameterizedTest
  @ValueSource(strings = {RFC_7518, "SHA256withECDSA"})
  void aTokenSignedInEitherFormIsGoodForAnHour(String algorithm) throws Exception {
    String authorization = bearer(jwt("KEY", "TEAM", NOW, algorithm));

    assertThat(reason(authorization)).isEmpty();
    clock.advance(Duration.ofHours(1));
    assertThat(reason(authorization)).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(reason(authorization)).isEqualTo("ExpiredProviderToken");
  }

  @Test
  void aTokenFromTheFutureIsInvalid() throws Exception {
    Instant ahead = NOW.plus(ProviderTokens.MAX_SKEW).plusSeconds(1);

    assertThat(reason(bearer(jwt("KEY", "TEAM", ahead, RFC_7518))))
        .isEqualTo("InvalidProviderToken");
  }

  @Test
  void aTokenOfAnotherKeyOrTeamIsInvalid() throws Exception {
    assertThat(reason(bearer(jwt("OTHER", "TEAM", NOW, RFC_7518))))
        .isEqualTo("InvalidProviderToken");
    assertThat(reason(bearer(jwt("KEY", "OTHER", NOW, RFC_7518))))
        .isEqualTo("InvalidProviderToken");
  }

  @Test
  void aTokenThatWasTamperedWithIsInvalid() throws Exception {
    String[] early = jwt("KEY", "TEAM", NOW, RFC_7518).split("\\.", -1);
    String[] late = jwt("KEY", "TEAM", NOW.plusSeconds(30), RFC_7518).split("\\.", -1);

    assertThat(reason(bearer(early[0] + "." + late[1] + "." + early[2])))
        .isEqualTo("InvalidProviderToken");
  }

  @Test
  void noTokenIsMissingAndAnyOtherTextInvalid() throws Exception {
    assertThat(reason(null)).isEqualTo("MissingProviderToken");
    assertThat(reason(jwt("KEY", "TEAM", NOW, RFC_7518))).isEqualTo("InvalidProviderToken");
    assertThat(reason("bearer x.y")).isEqualTo("InvalidProviderToken");
    assertThat(reason("bearer a.b.c")).isEqualTo("InvalidProviderToken");
  }

  private String reason(@Nullable String authorization) {
    return tokens.objection(authorization).flatMap(Behaviour.Answers::reason).orElse("");
  }

  private static String bearer(String jwt) {
    return "bearer " + jwt;
  }

  private String jwt(String keyId, String teamId, Instant issuedAt, String algorithm)
      throws Exception {
    String unsigned =
        base64("{\"alg\":\"ES256\",\"kid\":\"%s\"}".formatted(keyId).getBytes(US_ASCII))
            + "."
            + base64(
                "{\"iss\":\"%s\",\"iat\":%d}"
                    .formatted(teamId, issuedAt.getEpochSecond())
                    .getBytes(US_ASCII));
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(pair.getPrivate());
    signature.update(unsigned.getBytes(US_ASCII));
    return unsigned + "." + base64(signature.sign());
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
