package dev.ringpost.testing.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A checker of provider tokens, by the rules of Apple's page on token-based connections: an ES256
 * JWT with {@code kid}, {@code iss} and an {@code iat} not older than an hour. A token's signature
 * is checked once, its age on every push. Safe for many threads.
 */
final class ProviderTokens {

  /** Apple's bound on the age of a token. */
  static final Duration MAX_AGE = Duration.ofHours(1);

  /** How far ahead of the server's clock a token's {@code iat} may be. */
  static final Duration MAX_SKEW = Duration.ofMinutes(1);

  /** Bound on remembered tokens; reaching it forgets all. */
  private static final int MAX_REMEMBERED = 10_000;

  private static final JsonMapper JSON = new JsonMapper();
  private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();
  private static final String SCHEME = "bearer ";

  private final List<SigningKey> keys;
  private final InstantSource clock;
  private final ConcurrentMap<String, Instant> issuedAtByValid = new ConcurrentHashMap<>();

  ProviderTokens(List<SigningKey> keys, InstantSource clock) {
    this.keys = List.copyOf(keys);
    this.clock = clock;
  }

  /**
   * What is wrong with an {@code authorization} header, if anything.
   *
   * @param authorization the header, or null without it
   */
  Optional<Behaviour.Answers> objection(@Nullable String authorization) {
    if (authorization == null) {
      return Optional.of(Behaviour.rejects(403, "MissingProviderToken"));
    }
    Instant issuedAt = issuedAtByValid.get(authorization);
    if (issuedAt == null) {
      issuedAt = verify(authorization).orElse(null);
      if (issuedAt == null) {
        return Optional.of(Behaviour.rejects(403, "InvalidProviderToken"));
      }
      if (issuedAtByValid.size() >= MAX_REMEMBERED) {
        issuedAtByValid.clear();
      }
      issuedAtByValid.put(authorization, issuedAt);
    }
    Duration age = Duration.between(issuedAt, clock.instant());
    if (age.compareTo(MAX_AGE) > 0) {
      return Optional.of(Behaviour.rejects(403, "ExpiredProviderToken"));
    }
    return age.plus(MAX_SKEW).isNegative()
        ? Optional.of(Behaviour.rejects(403, "InvalidProviderToken"))
        : Optional.empty();
  }

  /** When a token was issued, if one of our keys has signed it. */
  private Optional<Instant> verify(String authorization) {
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    String[] parts = authorization.substring(SCHEME.length()).split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode header = JSON.readTree(BASE64.decode(parts[0]));
      JsonNode claims = JSON.readTree(BASE64.decode(parts[1]));
      boolean signed =
          header.path("alg").asText().equals("ES256")
              && keys.stream()
                  .filter(key -> key.keyId().equals(header.path("kid").asText()))
                  .filter(key -> key.teamId().equals(claims.path("iss").asText()))
                  .anyMatch(key -> signedBy(key, parts));
      return signed && claims.path("iat").isIntegralNumber()
          ? Optional.of(Instant.ofEpochSecond(claims.path("iat").asLong()))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * RFC 7518 wants the signature as 64 bytes; Pushy sends it in DER, which is longer, and APNs is
   * seen to take both.
   */
  private static boolean signedBy(SigningKey key, String[] parts) {
    byte[] signature = BASE64.decode(parts[2]);
    String algorithm = signature.length == 64 ? "SHA256withECDSAinP1363Format" : "SHA256withECDSA";
    try {
      Signature check = Signature.getInstance(algorithm);
      check.initVerify(key.publicKey());
      check.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
