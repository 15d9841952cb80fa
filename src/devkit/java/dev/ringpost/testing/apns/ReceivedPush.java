package dev.ringpost.testing.apns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * A push that the local APNs has read whole, good or bad.
 *
 * @param token the device token of the path, in lower-case hex; empty if the path had none
 * @param headers every request header, pseudo-headers included; of a repeated one the last
 * @param payload the body as UTF-8
 * @param behaviour what was, or will be, done with it
 * @param arrivedAt when its last byte was read, on the server's clock
 * @param arrivedNanos the same moment as {@link System#nanoTime} of the server's JVM
 * @param connection the server's number of the connection, from 1
 * @param stream the HTTP/2 stream
 */
public record ReceivedPush(
    String token,
    Map<String, String> headers,
    String payload,
    Behaviour behaviour,
    Instant arrivedAt,
    long arrivedNanos,
    int connection,
    int stream) {

  private static final JsonMapper JSON = new JsonMapper();

  public ReceivedPush {
    headers = Map.copyOf(headers);
  }

  /** A header's value, or empty text without that header. */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** Whether it was, or will be, answered with 200. */
  public boolean accepted() {
    return behaviour instanceof Behaviour.Answers answer && answer.status() == 200;
  }

  /** The body as JSON. */
  public JsonNode json() {
    try {
      return JSON.readTree(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the payload is not JSON", e);
    }
  }

  /** The id of the key that its provider token, which it must have, says to be signed with. */
  public String keyId() {
    String token = header("authorization").substring("bearer ".length());
    byte[] header = Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]);
    try {
      return JSON.readTree(header).path("kid").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ReceivedPush with(Behaviour other) {
    return new ReceivedPush(
        token, headers, payload, other, arrivedAt, arrivedNanos, connection, stream);
  }
}
