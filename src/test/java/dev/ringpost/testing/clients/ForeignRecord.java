package dev.ringpost.testing.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as a foreign client sends it.
 *
 * @param base64 its value; null for a tombstone
 * @param headers names may repeat
 */
public record ForeignRecord(
    String topic, String key, @Nullable String base64, List<Map.Entry<String, String>> headers) {

  /** A record without headers. */
  public static ForeignRecord of(String topic, String key, String value) {
    return of(topic, key, value.getBytes(UTF_8));
  }

  /** A record without headers, whose value may be no text. */
  public static ForeignRecord of(String topic, String key, byte[] value) {
    return new ForeignRecord(topic, key, Base64.getEncoder().encodeToString(value), List.of());
  }

  /** A record without a value. */
  public static ForeignRecord tombstone(String topic, String key) {
    return new ForeignRecord(topic, key, null, List.of());
  }

  /** The same with headers. */
  public ForeignRecord with(List<Map.Entry<String, String>> headers) {
    return new ForeignRecord(topic, key, base64, headers);
  }
}
