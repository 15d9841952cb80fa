package dev.ringpost.directory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The text fields of one JSON object, read as a stream. Fields that nobody asks for are passed
 * over, whatever they hold; null is the same as absent; of a field that repeats the last counts.
 */
final class TextFields {

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private static final JsonFactory JSON = new JsonFactory();

  private final List<String> names;
  private final @Nullable String[] texts;
  private final boolean[] wrongKind;

  private TextFields(List<String> names) {
    this.names = names;
    this.texts = new @Nullable String[names.size()];
    this.wrongKind = new boolean[names.size()];
  }

  /**
   * Reads an object.
   *
   * @param names the fields that may be asked for
   */
  static TextFields read(byte[] json, List<String> names) throws SkippedException {
    var fields = new TextFields(names);
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw notJson();
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken kind = parser.nextToken();
        int field = names.indexOf(name);
        if (field >= 0) {
          fields.texts[field] = kind == JsonToken.VALUE_STRING ? parser.getText() : null;
          fields.wrongKind[field] = kind != JsonToken.VALUE_STRING && kind != JsonToken.VALUE_NULL;
        }
        parser.skipChildren();
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw notJson();
      }
      return fields;
    } catch (IOException _) {
      throw notJson();
    }
  }

  private static SkippedException notJson() {
    return new SkippedException(SkipReason.NOT_JSON, "the value is not one JSON object in UTF-8");
  }

  boolean has(String name) {
    int field = names.indexOf(name);
    return texts[field] != null || wrongKind[field];
  }

  Optional<String> find(String name) throws SkippedException {
    int field = names.indexOf(name);
    if (wrongKind[field]) {
      throw invalid(name, "must be a string");
    }
    return Optional.ofNullable(texts[field]);
  }

  String require(String name) throws SkippedException {
    Optional<String> text = find(name);
    if (text.isEmpty()) {
      throw new SkippedException(SkipReason.MISSING_FIELD, name + " is missing");
    }
    return text.get();
  }

  /**
   * A required field as a value.
   *
   * @param type refuses what it cannot take with an {@link IllegalArgumentException} whose message
   *     does not quote it
   */
  <T> T require(String name, Function<String, T> type) throws SkippedException {
    return value(require(name), type);
  }

  /** An optional field as a value; see {@link #require(String, Function)}. */
  <T> Optional<T> find(String name, Function<String, T> type) throws SkippedException {
    Optional<String> text = find(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(value(text.get(), type));
  }

  private static <T> T value(String text, Function<String, T> type) throws SkippedException {
    try {
      return type.apply(text);
    } catch (IllegalArgumentException e) {
      throw new SkippedException(SkipReason.INVALID_FIELD, String.valueOf(e.getMessage()));
    }
  }

  BundleId bundleId() throws SkippedException {
    return require("bundleId", BundleId::new);
  }

  Environment environment() throws SkippedException {
    String wire = require("environment");
    for (Environment environment : Environment.values()) {
      if (environment.wire().equals(wire)) {
        return environment;
      }
    }
    throw invalid("environment", "must be production or sandbox");
  }

  /** A time as RFC 3339 writes it. */
  Optional<Instant> findTime(String name) throws SkippedException {
    Optional<String> text = find(name);
    try {
      Optional<Instant> time = text.map(Instant::parse);
      if (time.isPresent() && !time.equals(time.map(TextFields::storable))) {
        throw invalid(name, "must be a time from 1970 to the year 10000");
      }
      return time;
    } catch (DateTimeException _) {
      throw invalid(name, "must be a time such as 2026-11-24T04:36:23Z");
    }
  }

  /** A time that the table can hold: RFC 3339 has four digits for a year, tokens are younger. */
  private static Instant storable(Instant time) {
    if (time.isBefore(Instant.EPOCH)) {
      return Instant.EPOCH;
    }
    return time.isAfter(LATEST) ? LATEST : time;
  }

  static SkippedException invalid(String name, String rule) {
    return new SkippedException(SkipReason.INVALID_FIELD, name + " " + rule);
  }
}
