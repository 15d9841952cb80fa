package dev.ringpost.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ringpost.call.Bounds;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The plain fields of one JSON object, read as a stream. Fields that nobody asks for are passed
 * over, whatever they hold; null is the same as absent; of a field that repeats the last counts.
 *
 * <p>A CloudEvent in structured mode is read as its data. It is told by its header, or else by its
 * {@code specversion} and the lack of the field that every plain value has; an event in binary mode
 * is its data already.
 */
final class TextFields {

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /** Numbers from here on are milliseconds: as seconds they would lie in the year 5138. */
  private static final long FIRST_MILLIS = 100_000_000_000L;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");

  private static final JsonFactory JSON = new JsonFactory();

  private final List<String> names;
  private final @Nullable String[] texts;
  private final JsonToken[] kinds;
  private boolean versioned;

  /** Where the fields stand, for words about one that is missing. */
  private String place = "";

  private TextFields(List<String> names) {
    this.names = names;
    this.texts = new @Nullable String[names.size()];
    this.kinds = new JsonToken[names.size()];
    Arrays.fill(kinds, JsonToken.VALUE_NULL);
  }

  /**
   * Reads an object.
   *
   * @param names the fields that may be asked for; the first is one that a plain value has and the
   *     envelope of a CloudEvent has not
   */
  static TextFields read(byte[] json, ContentMode mode, List<String> names)
      throws UnusableRecordException {
    return switch (mode) {
      case DATA -> {
        TextFields plain = readPlain(json, names);
        boolean isEvent = plain.versioned && !plain.has(names.getFirst());
        yield isEvent ? readEvent(json, names) : plain;
      }
      case STRUCTURED -> readEvent(json, names);
      case OTHER_FORMAT -> throw flawed(CloudEvent.OTHER_FORMAT);
    };
  }

  private static TextFields readEvent(byte[] event, List<String> names)
      throws UnusableRecordException {
    return switch (CloudEvent.read(event)) {
      case CloudEvent.Data(byte[] data) -> {
        TextFields fields = readPlain(data, names);
        fields.place = " in the data of the CloudEvent, whose own attributes are not read";
        yield fields;
      }
      case CloudEvent.Flawed flawed -> throw flawed(flawed);
    };
  }

  private static UnusableRecordException flawed(CloudEvent.Flawed event) {
    UnusableReason reason =
        switch (event.fault()) {
          case NOT_JSON -> UnusableReason.NOT_JSON;
          case NO_DATA -> UnusableReason.MISSING_FIELD;
          case INVALID_DATA -> UnusableReason.INVALID_FIELD;
        };
    return new UnusableRecordException(reason, event.detail());
  }

  private static TextFields readPlain(byte[] json, List<String> names)
      throws UnusableRecordException {
    if (json.length > 0 && json[0] == 0) {
      throw notJson("begins with a zero byte, as serializers of a schema registry write it");
    }
    try (JsonParser parser = JSON.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_STRING) {
        throw notJson("is a JSON string that may hold an object: it was serialized twice");
      }
      if (first != JsonToken.START_OBJECT) {
        throw notJson();
      }
      var fields = new TextFields(names);
      fields.readObject(parser);
      if (parser.nextToken() != null) {
        throw notJson();
      }
      return fields;
    } catch (IOException _) {
      throw notJson();
    }
  }

  /** Reads up to the end of the object that the parser has just entered. */
  private void readObject(JsonParser parser) throws IOException, UnusableRecordException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken kind = parser.nextToken();
      int field = names.indexOf(name);
      if (field >= 0) {
        texts[field] = kind.isScalarValue() ? parser.getText() : null;
        kinds[field] = kind;
      }
      versioned |= name.equals(CloudEvent.SPEC_VERSION);
      parser.skipChildren();
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw notJson();
    }
  }

  private static UnusableRecordException notJson() {
    return notJson("is not one JSON object in UTF-8");
  }

  private static UnusableRecordException notJson(String what) {
    return new UnusableRecordException(
        UnusableReason.NOT_JSON,
        "the value " + what + "; write plain JSON, such as {\"…\": \"…\"}");
  }

  boolean has(String name) {
    return kinds[names.indexOf(name)] != JsonToken.VALUE_NULL;
  }

  private Optional<String> text(String name) throws UnusableRecordException {
    int field = names.indexOf(name);
    return switch (kinds[field]) {
      case VALUE_STRING -> Optional.ofNullable(texts[field]);
      case VALUE_NULL -> Optional.empty();
      default -> throw invalid(name, "must be a string");
    };
  }

  String require(String name) throws UnusableRecordException {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      throw new UnusableRecordException(UnusableReason.MISSING_FIELD, name + " is missing" + place);
    }
    return text.get();
  }

  /** Whether an optional field is true; absent it is not. */
  boolean isTrue(String name) throws UnusableRecordException {
    return switch (kinds[names.indexOf(name)]) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default -> throw invalid(name, "must be true or false");
    };
  }

  /**
   * A required field as a value.
   *
   * @param type refuses what it cannot take with an {@link IllegalArgumentException} whose message
   *     does not quote it
   */
  <T> T require(String name, Function<String, T> type) throws UnusableRecordException {
    return value(name, require(name), type);
  }

  /** An optional field as a value; see {@link #require(String, Function)}. */
  <T> Optional<T> find(String name, Function<String, T> type) throws UnusableRecordException {
    Optional<String> text = text(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(value(name, text.get(), type));
  }

  /** An optional field as a value; one that is empty is not there, as some serializers write it. */
  <T> Optional<T> findFilled(String name, Function<String, T> type) throws UnusableRecordException {
    Optional<String> text = text(name).filter(it -> !it.isEmpty());
    return text.isEmpty() ? Optional.empty() : Optional.of(value(name, text.get(), type));
  }

  /**
   * A text as a value.
   *
   * @param name what the text is called in words about it
   */
  static <T> T value(String name, String text, Function<String, T> type)
      throws UnusableRecordException {
    try {
      return type.apply(text);
    } catch (Bounds.UnfitTextException e) {
      throw invalid(name, e.rule());
    } catch (IllegalArgumentException e) {
      String rule = String.valueOf(e.getMessage());
      throw new UnusableRecordException(
          UnusableReason.INVALID_FIELD, rule.startsWith(name + " ") ? rule : name + ": " + rule);
    }
  }

  BundleId bundleId() throws UnusableRecordException {
    return require("bundleId", BundleId::new);
  }

  Environment environment() throws UnusableRecordException {
    String wire = require("environment");
    for (Environment environment : Environment.values()) {
      if (environment.wire().equals(wire)) {
        return environment;
      }
    }
    throw invalid("environment", "must be production or sandbox");
  }

  /**
   * An optional time as RFC 3339 writes it, or a number of seconds or milliseconds since 1970, with
   * a fraction or without, also as a string.
   */
  Optional<Instant> findTime(String name) throws UnusableRecordException {
    boolean isNumber = kinds[names.indexOf(name)].isNumeric();
    String text = isNumber ? texts[names.indexOf(name)] : text(name).orElse("");
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Instant time =
          isNumber || NUMBER.matcher(text).matches() ? sinceEpoch(text) : Instant.parse(text);
      if (!time.equals(storable(time))) {
        throw invalid(name, "must be a time from 1970 to the year 10000");
      }
      return Optional.of(time);
    } catch (DateTimeException | NumberFormatException _) {
      throw invalid(name, "must be a time such as 2026-11-24T04:36:23Z");
    }
  }

  private static Instant sinceEpoch(String number) {
    double value = Double.parseDouble(number);
    return Instant.ofEpochMilli(Math.round(value < FIRST_MILLIS ? value * 1000 : value));
  }

  /** A time that the table can hold: RFC 3339 has four digits for a year, tokens are younger. */
  private static Instant storable(Instant time) {
    if (time.isBefore(Instant.EPOCH)) {
      return Instant.EPOCH;
    }
    return time.isAfter(LATEST) ? LATEST : time;
  }

  static UnusableRecordException invalid(String name, String rule) {
    return new UnusableRecordException(UnusableReason.INVALID_FIELD, name + " " + rule);
  }
}
