package dev.ringpost.testing.apns;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * The provider token of one connection. Apple holds a connection to one key, and lets its token
 * change no more often than every 20 minutes: what comes sooner is refused until they have passed,
 * so that the connection is of no use. On the connection's event loop alone.
 */
final class ConnectionToken {

  /** Apple's least time between two new tokens on a connection. */
  static final Duration LEAST = Duration.ofMinutes(20);

  private static final JsonMapper JSON = new JsonMapper();

  private String token = "";
  private String signer = "";
  private Optional<Instant> changedAt = Optional.empty();

  /**
   * What is wrong with the next token, if anything.
   *
   * @param authorization the header, whose token is valid by itself
   */
  Optional<Behaviour.Answers> objection(String authorization, Instant now) {
    if (authorization.equals(token)) {
      return Optional.empty();
    }
    String next = signer(authorization);
    if (token.isEmpty()) {
      token = authorization;
      signer = next;
      return Optional.empty();
    }
    if (!next.equals(signer)) {
      return Optional.of(Behaviour.rejects(403, "UnrelatedKeyIdInToken"));
    }
    if (changedAt.filter(last -> now.isBefore(last.plus(LEAST))).isPresent()) {
      return Optional.of(Behaviour.rejects(429, "TooManyProviderTokenUpdates"));
    }
    token = authorization;
    changedAt = Optional.of(now);
    return Optional.empty();
  }

  /** Key and team. */
  private static String signer(String authorization) {
    String[] parts = authorization.substring(authorization.indexOf(' ') + 1).split("\\.", -1);
    Base64.Decoder base64 = Base64.getUrlDecoder();
    try {
      return JSON.readTree(base64.decode(parts[0])).path("kid").asText()
          + "/"
          + JSON.readTree(base64.decode(parts[1])).path("iss").asText();
    } catch (IOException e) {
      throw new IllegalStateException("a valid token is JSON", e);
    }
  }
}
