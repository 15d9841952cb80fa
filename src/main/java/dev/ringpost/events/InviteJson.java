package dev.ringpost.events;

import static dev.ringpost.call.DeadLetterReason.INVALID_FIELD;
import static dev.ringpost.call.DeadLetterReason.NOT_JSON;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.RecordHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The JSON side of reading an invite: bytes to an object. */
final class InviteJson {

  /** Bound on nesting of a whole value; {@code custom} has a tighter one of its own. */
  private static final int MAX_NESTING = 64;

  /** What stands where a byte was no UTF-8, once it is read all the same. */
  private static final char REPLACEMENT = '\uFFFD';

  /**
   * An invite's object.
   *
   * @param damaged whether bytes of the value were no UTF-8
   */
  record Read(JsonNode root, boolean damaged) {}

  private InviteJson() {}

  /** A strict reader: one value, no duplicate keys, nothing behind it, numbers kept exactly. */
  static ObjectMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /** The invite in a record's value, taken out of its CloudEvent if it came in one. */
  static Read invite(ObjectMapper json, byte[] value, List<RecordHeader> headers)
      throws FlawedInviteException {
    Read read = parse(json, value);
    JsonNode root = read.root();
    boolean structured =
        isStructuredEvent(headers) || (root.has("specversion") && !root.has("callId"));
    return structured ? data(json, read) : read;
  }

  /** Whether a record's headers say that its value is a CloudEvent. */
  static boolean isStructuredEvent(List<RecordHeader> headers) {
    return contentType(headers).startsWith("application/cloudevents");
  }

  private static Read data(ObjectMapper json, Read event) throws FlawedInviteException {
    JsonNode data = event.root().path("data");
    if (data.isObject()) {
      return new Read(data, event.damaged());
    }
    try {
      byte[] bytes = event.root().path("data_base64").binaryValue();
      if (bytes != null) {
        return parse(json, bytes);
      }
    } catch (IOException _) {
      throw new FlawedInviteException(
          INVALID_FIELD, "data_base64 of the CloudEvent must be base64");
    }
    throw FlawedInviteException.missing(
        "data", "a CloudEvent whose data is the invite, as a JSON object");
  }

  /** A byte that is no UTF-8 breaks only the text in which it stands. */
  private static Read parse(ObjectMapper json, byte[] bytes) throws FlawedInviteException {
    try {
      return read(json.readTree(bytes), false);
    } catch (IOException | NumberFormatException e) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (!hasBadByte(text)) {
        throw broken(e);
      }
      try {
        return read(json.readTree(text), true);
      } catch (IOException | NumberFormatException _) {
        throw broken(e);
      }
    }
  }

  private static FlawedInviteException broken(Exception e) {
    return new FlawedInviteException(
        NOT_JSON, "the value must be one JSON object in UTF-8;" + where(e));
  }

  private static Read read(JsonNode root, boolean damaged) throws FlawedInviteException {
    if (root.isObject()) {
      return new Read(root, damaged);
    }
    throw new FlawedInviteException(
        NOT_JSON, "the value must be a JSON object, not another kind of value");
  }

  /** Whether a text of a damaged value held a byte that is no UTF-8. */
  static boolean hasBadByte(String text) {
    return text.indexOf(REPLACEMENT) >= 0;
  }

  /** Where the reading broke off, if Jackson tells; it does not where a bound of its own is met. */
  private static String where(Exception e) {
    JsonLocation location =
        e instanceof JsonProcessingException broken ? broken.getLocation() : null;
    return location == null
        ? " it goes beyond the bounds of depth, digits or names"
        : " it breaks at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static String contentType(List<RecordHeader> headers) {
    String type = "";
    for (RecordHeader header : headers) {
      byte[] value = header.value();
      if (header.key().equalsIgnoreCase("content-type") && value != null) {
        type = new String(value, StandardCharsets.UTF_8);
      }
    }
    return type.strip().toLowerCase(Locale.ROOT);
  }

  /** Levels of nesting: 1 for an object or array of plain values. */
  static int depth(JsonNode node) {
    int deepest = 0;
    for (JsonNode child : node) {
      deepest = Math.max(deepest, depth(child));
    }
    return node.isContainerNode() ? deepest + 1 : 0;
  }
}
