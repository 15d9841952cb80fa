package dev.ringpost.config;

import dev.ringpost.apns.payload.ShapeReader;
import dev.ringpost.config.Schema.Group;
import dev.ringpost.config.Schema.Presence;
import dev.ringpost.config.declaration.Matches;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema of the configuration file (draft 2020-12), made from the keys: editors complete
 * and check from it. It judges each key by itself; the bounds of durations, the rules between keys
 * and the files are the loader's alone. Where YAML has several spellings of a value, it knows the
 * usual one.
 */
public final class JsonSchema {

  private static final String TYPE = "type";

  /** Of JSON in a text only the braces are judged. */
  private static final String JSON_OBJECT = "\\s*\\{[\\s\\S]*\\}\\s*";

  private JsonSchema() {}

  /** The schema as maps, lists and plain values, ready to be written as JSON. */
  public static Map<String, Object> ofTheFile() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Configuration of Ringpost");
    schema.put("description", "One YAML file; docs/configuration.md explains it.");
    schema.putAll(group(Schema.of(Path.of("")).root()));
    return schema;
  }

  private static Map<String, Object> group(Group group) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Schema.Member member : group.members()) {
      properties.put(
          name(member),
          switch (member) {
            case Key key -> key(key);
            case Group inner when inner.presence() == Presence.LIST -> array(group(inner));
            case Group inner -> group(inner);
          });
    }
    List<String> required =
        group.members().stream().filter(JsonSchema::isRequired).map(JsonSchema::name).toList();
    Map<String, Object> schema = new LinkedHashMap<>();
    // A group whose keys are all commented out is null to YAML.
    schema.put(TYPE, required.isEmpty() ? List.of("object", "null") : "object");
    schema.put("additionalProperties", false);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("properties", properties);
    return schema;
  }

  private static Map<String, Object> array(Map<String, Object> items) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(TYPE, "array");
    schema.put("minItems", 1);
    schema.put("items", items);
    return schema;
  }

  private static boolean isRequired(Schema.Member member) {
    return switch (member) {
      case Key key -> key.doc().required();
      case Group group ->
          group.presence() != Presence.OPTIONAL
              && group.members().stream().anyMatch(JsonSchema::isRequired);
    };
  }

  private static String name(Schema.Member member) {
    String path = member.path().replace(Key.ANY, "").replaceFirst("\\.$", "");
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static Map<String, Object> key(Key key) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", description(key));
    switch (key.form()) {
      case ONE -> {
        schema.putAll(value(key));
        key.byDefault().ifPresent(text -> schema.put("default", plain(key, text)));
      }
      case LIST -> {
        String elements = "(?:" + pattern(key) + ")";
        schema.put(
            "anyOf",
            List.of(
                array(value(key)), text("string", elements + "(?:\\s*,\\s*" + elements + ")*")));
        if (key.byDefault().isPresent()) {
          schema.put(
              "default", key.defaultElements().stream().map(text -> plain(key, text)).toList());
        }
      }
      case MAP -> {
        schema.put(TYPE, List.of("object", "null"));
        schema.put("propertyNames", Map.of("pattern", whole(Key.MAP_NAMES)));
        schema.put(
            "additionalProperties", Map.of(TYPE, List.of("string", "number", "boolean", "null")));
      }
    }
    return schema;
  }

  private static String description(Key key) {
    String bounds =
        key.valueClass() == Duration.class
            ? key.within().map(it -> " From " + it.min() + " to " + it.max() + ".").orElse("")
            : "";
    return key.doc().value() + bounds;
  }

  private static Map<String, Object> value(Key key) {
    Class<?> type = key.valueClass();
    Map<String, Object> schema = new LinkedHashMap<>();
    if (type == AppConfig.Tree.class) {
      schema.put(
          "anyOf",
          List.of(
              Map.of("enum", ShapeReader.names().toList()),
              Map.of(TYPE, "object"),
              text("string", JSON_OBJECT)));
    } else if (type.isEnum()) {
      schema.put("enum", ValueType.words(type));
    } else if (type == boolean.class) {
      schema.put(TYPE, "boolean");
    } else if (type == int.class) {
      schema.put(TYPE, "integer");
      key.within()
          .ifPresent(
              within -> {
                schema.put("minimum", Integer.valueOf(within.min()));
                schema.put("maximum", Integer.valueOf(within.max()));
              });
    } else {
      // Every value is text to Ringpost: an id of digits needs no quotes.
      return text(type == String.class ? List.of("string", "number") : "string", pattern(key));
    }
    return schema;
  }

  private static Map<String, Object> text(Object type, String pattern) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(TYPE, type);
    schema.put("pattern", whole(pattern));
    return schema;
  }

  private static String pattern(Key key) {
    return key.shape().map(Matches::value).orElse(key.pattern());
  }

  private static String whole(String pattern) {
    return "^(?:" + pattern + ")$";
  }

  private static Object plain(Key key, String text) {
    Object value = key.parsed(text);
    return value instanceof Integer || value instanceof Boolean ? value : text;
  }
}
