package dev.ringpost.events.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.WireTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The attributes of a CloudEvent 1.0 whose data is a JSON object.
 *
 * @param id the event's id, one among those of the source; a repeat has the same
 * @param source where it comes from, a URI reference
 * @param type the kind of event
 * @param subject what it is about; left out where it holds what an attribute must not
 * @param time when it happened
 * @param dataSchema the URI of the schema of its data
 */
public record EventAttributes(
    String id, String source, String type, String subject, Instant time, String dataSchema) {

  private static final String VERSION = "1.0";
  private static final String HEADER_PREFIX = "ce_";
  private static final String JSON_TYPE = "application/json";

  /** Room for the attributes, in bytes. */
  private static final int USUAL_BYTES = 512;

  private static final RecordHeader OF_DATA = header(ContentMode.HEADER, JSON_TYPE);

  private static final RecordHeader OF_EVENT =
      header(ContentMode.HEADER, "application/cloudevents+json; charset=UTF-8");

  private static final JsonFactory JSON = new JsonFactory();

  /** The headers of a record in binary mode, whose value is the data, behind others. */
  public List<RecordHeader> binaryHeaders(List<RecordHeader> others) {
    List<RecordHeader> headers = new ArrayList<>(others);
    attributes().forEach((name, value) -> headers.add(header(HEADER_PREFIX + name, value)));
    headers.add(OF_DATA);
    return List.copyOf(headers);
  }

  /** The headers of a record in structured mode, behind others. */
  public static List<RecordHeader> structuredHeaders(List<RecordHeader> others) {
    List<RecordHeader> headers = new ArrayList<>(others);
    headers.add(OF_EVENT);
    return List.copyOf(headers);
  }

  /**
   * The value of a record in structured mode.
   *
   * @param data one JSON object in UTF-8
   */
  public byte[] around(byte[] data) {
    var bytes = new ByteArrayOutputStream(data.length + USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (Map.Entry<String, String> attribute : attributes().entrySet()) {
        json.writeStringField(attribute.getKey(), attribute.getValue());
      }
      json.writeStringField("datacontenttype", JSON_TYPE);
      json.writeFieldName(CloudEvent.DATA);
      json.writeRawValue(new String(data, UTF_8));
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /** All attributes but the type of the data, which each mode writes in its own place. */
  private Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(CloudEvent.SPEC_VERSION, VERSION);
    attributes.put("id", id);
    attributes.put("source", source);
    attributes.put("type", type);
    if (subject.codePoints().allMatch(EventAttributes::isAllowed)) {
      attributes.put("subject", subject);
    }
    attributes.put("time", WireTime.of(time));
    attributes.put("dataschema", dataSchema);
    return attributes;
  }

  /** Whether a String of CloudEvents may hold it: no control character and no noncharacter. */
  private static boolean isAllowed(int codePoint) {
    boolean isNoncharacter =
        (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
    return !Character.isISOControl(codePoint) && !isNoncharacter;
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }
}
