package dev.ringpost.testing.apns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bounds of a connection to the local APNs on provider tokens, which are Apple's. */
class ConnectionTokenTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration A_MINUTE = Duration.ofMinutes(1);

  private final ConnectionToken connection = new ConnectionToken();

  private static String token(String key, String team, int issued) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String head = "{\"alg\":\"ES256\",\"kid\":\"" + key + "\"}";
    String claims = "{\"iss\":\"" + team + "\",\"iat\":" + issued + "}";
    return "bearer "
        + base64.encodeToString(head.getBytes(UTF_8))
        + "."
        + base64.encodeToString(claims.getBytes(UTF_8))
        + ".signature";
  }

  private Optional<String> reason(String token, Instant now) {
    return connection.objection(token, now).flatMap(Behaviour.Answers::reason);
  }

  @Test
  void aTokenMayChangeOnceInTwentyMinutes() {
    assertThat(reason(token("K", "T", 1), NOON)).isEmpty();
    assertThat(reason(token("K", "T", 2), NOON.plus(A_MINUTE))).isEmpty();
    assertThat(reason(token("K", "T", 2), NOON.plus(A_MINUTE.multipliedBy(2)))).isEmpty();

    Instant tooSoon = NOON.plus(A_MINUTE).plus(ConnectionToken.LEAST).minusMillis(1);
    assertThat(reason(token("K", "T", 3), tooSoon)).contains("TooManyProviderTokenUpdates");
    assertThat(reason(token("K", "T", 2), tooSoon)).as("the old one goes on").isEmpty();
    assertThat(reason(token("K", "T", 3), tooSoon.plusMillis(1))).isEmpty();
  }

  @Test
  void aConnectionBelongsToOneKeyOfOneTeam() {
    assertThat(reason(token("K", "T", 1), NOON)).isEmpty();

    assertThat(reason(token("L", "T", 1), NOON)).contains("UnrelatedKeyIdInToken");
    assertThat(reason(token("K", "U", 1), NOON)).contains("UnrelatedKeyIdInToken");
    assertThat(reason(token("K", "T", 1), NOON)).isEmpty();
  }
}
