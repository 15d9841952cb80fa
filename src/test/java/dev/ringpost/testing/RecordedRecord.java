package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import java.time.Instant;
import java.util.List;

/** A record as an earlier version wrote or read it, with text for its bytes. */
public record RecordedRecord(
    String topic, String key, JsonNode headers, Instant timestamp, String value) {

  static RecordedRecord parse(String topic, String line) {
    JsonNode record = CallPlatform.json(line);
    return new RecordedRecord(
        topic,
        record.path("key").asText(),
        record.path("headers"),
        Instant.ofEpochMilli(record.path("time").asLong()),
        record.path("value").asText());
  }

  /** The record as a worker gets it. */
  public Envelope envelope() {
    List<RecordHeader> all =
        headers.properties().stream()
            .map(
                header ->
                    new RecordHeader(header.getKey(), header.getValue().asText().getBytes(UTF_8)))
            .toList();
    return new Envelope(new Origin(topic, 0, 0, timestamp), key.getBytes(UTF_8), bytes(), all);
  }

  /** The value's bytes. */
  public byte[] bytes() {
    return value.getBytes(UTF_8);
  }

  /** The value, read as JSON. */
  public JsonNode json() {
    return CallPlatform.json(value);
  }

  /** The key, where it names a device. */
  public DeviceKey deviceKey() {
    return DeviceKey.parse(key.getBytes(UTF_8));
  }

  /** The text of a header. */
  public String header(String name) {
    return headers.path(name).asText();
  }

  /** A header that is a number. */
  public int number(String name) {
    return Integer.parseInt(header(name));
  }

  /** All headers as one object. */
  public String headersAsJson() {
    return headers.toString();
  }
}
