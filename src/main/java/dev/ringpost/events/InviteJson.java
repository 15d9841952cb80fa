package dev.ringpost.events;

import static dev.ringpost.call.DeadLetterReason.NOT_JSON;
import static java.nio.charset.StandardCharsets.UTF_8;

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
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.IOException;
import java.util.List;

/** The JSON side of reading an invite: bytes to an object. */
final class InviteJson {

  /** A field that every invite has, and the envelope of no CloudEvent. */
  private static final String CALL_ID = "callId";

  /** Bound on nesting of a whole value; {@code custom} has a tighter one of its own. */
  private static final int MAX_NESTING = 64;

  /** What stands where a byte was no UTF-8, once it is read all the same. */
  private static final char REPLACEMENT = '\uFFFD';

  /** The place where an invite's object stands, for words about its fields. */
  enum Place {
    /** The record's value, with no event around it. */
    VALUE("", ""),
    /** The record's value, with the attributes of an event in the headers. */
    BINARY("", " in the value of the CloudEvent, whose ce_ headers are not read"),
    /** The data of an event in the record's value. */
    DATA(CloudEvent.DATA + ".", " in the CloudEvent, whose own attributes are not read");

    private final String prefix;
    private final String lacking;

    Place(String prefix, String lacking) {
      this.prefix = prefix;
      this.lacking = lacking;
    }

    /** A field as its sender finds it in the record. */
    String path(String field) {
      return prefix + field;
    }

    /** Where a field that is missing was looked for, if that is not plain. */
    String lacking() {
      return lacking;
    }
  }

  /**
   * An invite's object.
   *
   * @param place where it stands
   * @param damaged whether bytes of the value were no UTF-8
   */
  record Read(JsonNode root, Place place, boolean damaged) {

    private Read at(Place other) {
      return new Read(root, other, damaged);
    }
  }

  private InviteJson() {}

  /** A strict reader: one value, no duplicate keys, nothing behind it, numbers kept exactly. */
  static ObjectMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /** The invite in a record's value, taken out of its CloudEvent if it came in one. */
  static Read invite(ObjectMapper json, byte[] value, List<RecordHeader> headers)
      throws FlawedInviteException {
    return switch (ContentMode.of(headers)) {
      case DATA -> {
        Read read = parse(json, value);
        boolean isEvent = read.root().has(CloudEvent.SPEC_VERSION) && !read.root().has(CALL_ID);
        if (isEvent) {
          yield data(json, value);
        }
        yield ContentMode.isBinary(headers) ? read.at(Place.BINARY) : read;
      }
      case STRUCTURED -> data(json, value);
      case OTHER_FORMAT -> throw flawed(CloudEvent.OTHER_FORMAT);
    };
  }

  private static Read data(ObjectMapper json, byte[] event) throws FlawedInviteException {
    CloudEvent read = CloudEvent.read(event);
    String text = read instanceof CloudEvent.Flawed ? new String(event, UTF_8) : "";
    boolean damaged = hasBadByte(text);
    return switch (damaged ? CloudEvent.read(text.getBytes(UTF_8)) : read) {
      case CloudEvent.Data(byte[] data) -> {
        Read ofData = parse(json, data);
        yield new Read(ofData.root(), Place.DATA, damaged || ofData.damaged());
      }
      case CloudEvent.Flawed flawed -> throw flawed(flawed);
    };
  }

  private static FlawedInviteException flawed(CloudEvent.Flawed event) {
    DeadLetterReason reason =
        switch (event.fault()) {
          case NOT_JSON -> NOT_JSON;
          case NO_DATA -> DeadLetterReason.MISSING_FIELD;
          case INVALID_DATA -> DeadLetterReason.INVALID_FIELD;
        };
    return new FlawedInviteException(reason, event.detail());
  }

  /** A byte that is no UTF-8 breaks only the text in which it stands. */
  private static Read parse(ObjectMapper json, byte[] bytes) throws FlawedInviteException {
    try {
      return read(json.readTree(bytes), false);
    } catch (IOException | NumberFormatException e) {
      String text = new String(bytes, UTF_8);
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
      return new Read(root, Place.VALUE, damaged);
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

  /** Levels of nesting: 1 for an object or array of plain values. */
  static int depth(JsonNode node) {
    int deepest = 0;
    for (JsonNode child : node) {
      deepest = Math.max(deepest, depth(child));
    }
    return node.isContainerNode() ? deepest + 1 : 0;
  }
}
