package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.DocPage;
import dev.ringpost.testing.EventSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agreement of the sample in {@code docs/ios.md} with the payload that Ringpost writes. */
@Timeout(30)
class IosPageTest {

  private static final Path PAGE = Path.of("docs", "ios.md");

  private static final Pattern STRUCT =
      Pattern.compile("struct (\\w+): Decodable \\{\\n((?:  let \\w+: \\w+\\??\\n)+)\\}");
  private static final Pattern FIELD = Pattern.compile("let (\\w+): (\\w+)(\\?)?");

  /** A field of a struct of the sample. */
  private record Field(String type, boolean optional) {}

  @Test
  void theSampleReadsWhatThePushHolds() throws IOException {
    assertThat(flaws(sample())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "let uuid: UUID,let callUuid: UUID",
    "let uuid: UUID,let uuid: String",
    "let video: Bool,let video: Int",
    "let attempt: Int,let attempt: Bool",
    "let expiresAt: Date,let expiresAt: String",
    "let expiresAt: Date,let expiresAt: Date?",
    "let caller: Caller?,let caller: Caller",
    "let name: String?,let name: String",
    "let call: Call,let call: Caller",
    "let call: Call,let ring: Call"
  })
  void aDifferenceIsFound(String field, String other) throws IOException {
    String sample = sample();

    assertThat(sample).contains("  " + field + "\n");
    assertThat(flaws(sample.replace("  " + field + "\n", "  " + other + "\n"))).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "let caller: Caller,let caller: Caller,true",
    "let caller: Caller,let caller: Caller?,false",
    "let caller: Caller,let from: Caller,false"
  })
  void theSampleReadsWhatIsSealed(String field, String other, boolean right) throws IOException {
    String secret = "struct Secret: Decodable {\n  " + field + "\n}";
    String page = DocPage.of(PAGE).text();
    assertThat(page).contains(secret);

    Map<String, Field> read =
        structs(page.replace(secret, secret.replace(field, other)))
            .getOrDefault("Secret", Map.of());
    JsonNode schema = EventSchema.of("sealed.json").at("");

    assertThat(
            read.entrySet().stream()
                .allMatch(it -> isRequired(schema, it.getKey()) != it.getValue().optional()))
        .isEqualTo(right);
  }

  @Test
  void aFieldThatTheSampleDoesNotReadIsFound() throws IOException {
    assertThat(flaws(sample().replace("  let attempt: Int\n", ""))).isNotEmpty();
  }

  private static String sample() throws IOException {
    String text = DocPage.of(PAGE).text();
    String comment = "<!-- swift: compared with push.json -->\n```swift\n";
    int at = text.indexOf(comment);
    assertThat(at).as(PAGE + " has a sample").isPositive();
    return text.substring(at + comment.length(), text.indexOf("\n```\n", at));
  }

  private static List<String> flaws(String sample) {
    Map<String, Map<String, Field>> structs = structs(sample);
    List<String> flaws = new ArrayList<>();
    JsonNode push = EventSchema.of("push.json").at("");
    Map<String, Field> root = structs.getOrDefault("Push", Map.of());
    if (!root.equals(Map.of("call", new Field("Call", false)))) {
      flaws.add("Push reads " + root);
    }
    compare("Call", push.at("/properties/call"), structs, flaws);
    return flaws;
  }

  private static Map<String, Map<String, Field>> structs(String swift) {
    Map<String, Map<String, Field>> structs = new LinkedHashMap<>();
    STRUCT
        .matcher(swift)
        .results()
        .forEach(
            struct -> {
              Map<String, Field> fields = new LinkedHashMap<>();
              FIELD
                  .matcher(struct.group(2))
                  .results()
                  .forEach(
                      field ->
                          fields.put(
                              field.group(1), new Field(field.group(2), field.group(3) != null)));
              structs.put(struct.group(1), fields);
            });
    return structs;
  }

  private static boolean isRequired(JsonNode schema, String field) {
    return StreamSupport.stream(schema.path("required").spliterator(), false)
        .anyMatch(it -> it.asText().equals(field));
  }

  private static void compare(
      String struct, JsonNode schema, Map<String, Map<String, Field>> structs, List<String> flaws) {
    Map<String, Field> fields = structs.getOrDefault(struct, Map.of());
    var names = new TreeSet<String>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    if (!fields.keySet().equals(names)) {
      flaws.add(struct + " reads " + fields.keySet() + ", the push has " + names);
      return;
    }
    fields.forEach(
        (name, field) -> {
          JsonNode part = schema.path("properties").path(name);
          boolean required = isRequired(schema, name);
          if (field.optional() == required) {
            flaws.add(struct + "." + name + (required ? " is always there" : " may be missing"));
          }
          if (part.path("type").asText().equals("object")) {
            compare(field.type(), part, structs, flaws);
          } else if (!field.type().equals(swift(part))) {
            flaws.add(struct + "." + name + " is " + swift(part));
          }
        });
  }

  private static String swift(JsonNode part) {
    return switch (part.path("type").asText() + " " + part.path("format").asText()) {
      case "string " -> "String";
      case "string uuid" -> "UUID";
      case "string date-time" -> "Date";
      case "boolean " -> "Bool";
      case "integer " -> "Int";
      default -> "unknown: " + part;
    };
  }
}
