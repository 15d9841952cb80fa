package dev.ringpost.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A JSON Schema of an event. Published schemas leave objects open, so that an older reader accepts
 * a newer field; a closed one allows no field that it does not name.
 */
public final class EventSchema {

  /** Where the schemas of the contract's version stand. */
  public static final Path FOLDER = Path.of("docs", "schemas", "v1");

  private static final JsonMapper JSON = new JsonMapper();

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private final ObjectNode text;
  private final Schema schema;

  private EventSchema(ObjectNode text) {
    this.text = text;
    ObjectNode nameless = text.deepCopy();
    nameless.remove("$id");
    this.schema = REGISTRY.getSchema(nameless.toString());
  }

  /** The published one of a file, such as {@code invite.json}. */
  public static EventSchema of(String file) {
    try {
      return new EventSchema((ObjectNode) JSON.readTree(FOLDER.resolve(file).toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all files. */
  public static List<String> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, but without a field that it does not name. */
  public EventSchema closed() {
    ObjectNode closed = text.deepCopy();
    close(closed);
    return new EventSchema(closed);
  }

  /** The same, but every field may be left out. */
  public EventSchema shortened() {
    ObjectNode shortened = text.deepCopy();
    for (JsonNode parent : shortened.findParents("required")) {
      ((ObjectNode) parent).remove("required");
    }
    shortened.remove(List.of("anyOf", "if", "then", "else"));
    return new EventSchema(shortened);
  }

  /** Only what stands beside conditions says "type", so conditions stay open. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && schema.path("type").asText().equals("object")
        && schema.has("properties")
        && !schema.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(EventSchema::close);
  }

  /** What it has against a value, one line each. */
  public List<String> flaws(String value) {
    return schema.validate(value, InputFormat.JSON).stream().map(Error::toString).toList();
  }

  /** What JSON Schema itself has against it. */
  public List<String> ownFlaws() {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
        .validate(text.toString(), InputFormat.JSON)
        .stream()
        .map(Error::toString)
        .toList();
  }

  /** A part of its text, by a JSON pointer. */
  public JsonNode at(String pointer) {
    return text.at(pointer);
  }

  /** The words that a part lists, as a choice or as examples. */
  public List<String> words(String pointer) {
    JsonNode part = text.at(pointer);
    JsonNode list = part.has("enum") ? part.path("enum") : part.path("examples");
    return Stream.iterate(0, n -> n < list.size(), n -> n + 1)
        .map(n -> list.path(n).asText())
        .toList();
  }

  /** The fields that it names, such as {@code callId} and {@code devices[].outcome}. */
  public Set<String> fields() {
    Set<String> fields = new TreeSet<>();
    collectNamed(text, "", fields);
    return fields;
  }

  private static void collectNamed(JsonNode schema, String path, Set<String> fields) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
              fields.add(name);
              collectNamed(field.getValue(), name, fields);
            });
    if (schema.has("items")) {
      collectNamed(schema.path("items"), path + "[]", fields);
    }
  }

  /** The fields that a value has, named in the same way. */
  public static Set<String> fieldsOf(String value) {
    Set<String> fields = new TreeSet<>();
    try {
      collectPresent(JSON.readTree(value), "", fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return fields;
  }

  private static void collectPresent(JsonNode value, String path, Set<String> fields) {
    value
        .properties()
        .forEach(
            field -> {
              String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
              fields.add(name);
              collectPresent(field.getValue(), name, fields);
            });
    if (value.isArray()) {
      value.forEach(element -> collectPresent(element, path + "[]", fields));
    }
  }
}
