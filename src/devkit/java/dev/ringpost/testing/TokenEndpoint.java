package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * An identity provider on loopback: gives signed tokens to whoever knows {@link #SECRET}, shows the
 * key that brokers check them with, or answers what it is told to.
 */
public final class TokenEndpoint implements AutoCloseable {

  /** What a client must know. */
  public static final String SECRET = "hunter2hunter2";

  private static final String CLIENT = "ringpost";
  private static final long LIFE_SECONDS = 3600;

  /**
   * @param body of the answer to a question for a token; empty means: a token
   */
  private record Reply(int status, String body) {}

  private final HttpServer server;
  private final RsaJsonWebKey key;
  private volatile Reply reply = new Reply(200, "");

  private TokenEndpoint(HttpServer server, RsaJsonWebKey key) {
    this.server = server;
    this.key = key;
  }

  /** One that gives tokens, on a free port. */
  public static TokenEndpoint start() throws IOException, JoseException {
    RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
    key.setKeyId("key-1");
    var endpoint =
        new TokenEndpoint(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), key);
    endpoint.server.createContext(
        "/",
        exchange -> {
          Reply now = endpoint.reply(exchange.getRequestURI().getPath());
          byte[] body = now.body().getBytes(UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(now.status(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    endpoint.server.start();
    return endpoint;
  }

  private Reply reply(String path) {
    if (path.endsWith("/keys")) {
      return new Reply(200, new JsonWebKeySet(key).toJson());
    }
    Reply now = reply;
    return now.body().isEmpty() ? new Reply(200, "{\"access_token\":\"" + token() + "\"}") : now;
  }

  private String token() {
    long now = Instant.now().getEpochSecond();
    var token = new JsonWebSignature();
    token.setAlgorithmHeaderValue("RS256");
    token.setKeyIdHeaderValue(key.getKeyId());
    token.setKey(key.getPrivateKey());
    token.setPayload(
        "{\"sub\":\"%s\",\"scope\":\"calls\",\"iat\":%d,\"exp\":%d,\"jti\":\"%s\"}"
            .formatted(CLIENT, now, now + LIFE_SECONDS, UUID.randomUUID()));
    try {
      return token.getCompactSerialization();
    } catch (JoseException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  /** Answers this to every question for a token from now on. */
  public void answer(int status, String body) {
    reply = new Reply(status, body);
  }

  /** Gives tokens again. */
  public void giveTokens() {
    reply = new Reply(200, "");
  }

  /** Where tokens are asked for. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  /** Where brokers get the key from. */
  public String keysUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
  }

  /** What a Kafka client needs to log in with its tokens; may be changed. */
  public Map<String, String> properties() {
    return properties(url());
  }

  /** The same for an endpoint somewhere. */
  public static Map<String, String> properties(String url) {
    Map<String, String> properties = new HashMap<>();
    properties.put("security.protocol", "SASL_PLAINTEXT");
    properties.put("sasl.mechanism", "OAUTHBEARER");
    properties.put("sasl.oauthbearer.token.endpoint.url", url);
    properties.put(
        "sasl.login.callback.handler.class",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
            + " clientId=\""
            + CLIENT
            + "\" clientSecret=\""
            + SECRET
            + "\" scope=\"calls\";");
    properties.put("sasl.login.retry.backoff.max.ms", "200");
    return properties;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
