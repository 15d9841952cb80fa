package dev.ringpost.intake;

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
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.RecordHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The JSON side of reading an invite: bytes to an object, and its fields by their JSON type. */
final class InviteJson {

  /** Bound on nesting of a whole value; {@code custom} has a tighter one of its own. */
  private static final int MAX_NESTING = 64;

  private static final Pattern UUID_SHAPE =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** RFC 3339, which allows a small t and z. */
  private static final DateTimeFormatter RFC_3339 =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_OFFSET_DATE_TIME)
          .toFormatter(Locale.ROOT);

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
  static JsonNode invite(ObjectMapper json, byte[] value, List<RecordHeader> headers)
      throws FlawedInvite {
    ObjectNode root = parse(json, value);
    boolean structured =
        contentType(headers).startsWith("application/cloudevents")
            || (root.has("specversion") && !root.has("callId"));
    return structured ? data(json, root) : root;
  }

  private static ObjectNode data(ObjectMapper json, ObjectNode event) throws FlawedInvite {
    JsonNode data = event.path("data");
    if (data.isObject()) {
      return (ObjectNode) data;
    }
    try {
      byte[] bytes = event.path("data_base64").binaryValue();
      if (bytes != null) {
        return parse(json, bytes);
      }
    } catch (IOException _) {
      throw new FlawedInvite(INVALID_FIELD, "data_base64 of the CloudEvent must be base64");
    }
    throw FlawedInvite.missing("data", "a CloudEvent whose data is the invite, as a JSON object");
  }

  private static ObjectNode parse(ObjectMapper json, byte[] bytes) throws FlawedInvite {
    JsonNode root;
    try {
      root = json.readTree(bytes);
    } catch (IOException | NumberFormatException e) {
      throw new FlawedInvite(NOT_JSON, "the value must be one JSON object in UTF-8;" + where(e));
    }
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw new FlawedInvite(NOT_JSON, "the value must be a JSON object, not another kind of value");
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

  static String requiredText(JsonNode parent, String field) throws FlawedInvite {
    return requiredText(parent, field, field);
  }

  /**
   * @param path the field as an error names it
   */
  static String requiredText(JsonNode parent, String path, String field) throws FlawedInvite {
    Optional<String> text = text(parent, path, field);
    if (text.isEmpty()) {
      throw FlawedInvite.missing(path, "\"" + path + "\": \"…\"");
    }
    return text.get();
  }

  static Optional<String> text(JsonNode parent, String field) throws FlawedInvite {
    return text(parent, field, field);
  }

  private static Optional<String> text(JsonNode parent, String path, String field)
      throws FlawedInvite {
    JsonNode node = parent.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw new FlawedInvite(INVALID_FIELD, path + " must be a string");
    }
    return Optional.of(node.textValue());
  }

  static Optional<ObjectNode> object(JsonNode parent, String field) throws FlawedInvite {
    JsonNode node = parent.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (node instanceof ObjectNode object) {
      return Optional.of(object);
    }
    throw new FlawedInvite(INVALID_FIELD, field + " must be an object");
  }

  static UUID uuid(String field, String text) throws FlawedInvite {
    if (!UUID_SHAPE.matcher(text).matches()) {
      throw new FlawedInvite(
          INVALID_FIELD, field + " must be a UUID, such as 0b9c6f57-9f3e-5c43-8f2b-6f6f1f0a9c11");
    }
    return UUID.fromString(text);
  }

  static Instant instant(String field, String text) throws FlawedInvite {
    try {
      return OffsetDateTime.parse(text, RFC_3339).toInstant();
    } catch (DateTimeException _) {
      throw new FlawedInvite(
          INVALID_FIELD, field + " must be a time of RFC 3339, such as 2026-11-24T09:30:00Z");
    }
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
