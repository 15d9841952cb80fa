package dev.ringpost.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ringpost.call.WireTime;
import dev.ringpost.delivery.TokenInvalidation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The value of an invalidation: one JSON object in UTF-8. Safe for many threads. */
public final class InvalidationJson {

  /** About the size of one, in bytes. */
  private static final int USUAL_BYTES = 192;

  private static final JsonFactory JSON = new JsonFactory();

  private InvalidationJson() {}

  public static byte[] of(TokenInvalidation dead) {
    var bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("tokenDigest", dead.device().token().digest().value());
      json.writeStringField("bundleId", dead.device().app().value());
      json.writeStringField("environment", dead.device().environment().wire());
      json.writeStringField("invalidAt", WireTime.of(dead.invalidAt()));
      json.writeStringField("reason", dead.reason());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }
}
