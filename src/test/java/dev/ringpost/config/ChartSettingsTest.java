package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The value {@code settings} of the Helm chart, compared with the worker's keys, so that a slip is
 * found before anything reaches a cluster. With {@code -Dupdate.docs=true} the chart's schema is
 * written instead of compared.
 */
class ChartSettingsTest {

  private static final Path SCHEMA = Path.of("helm", "ringpost", "values.schema.json");

  /** What the chart writes itself. */
  private static final Set<String> THE_CHARTS_OWN = Set.of("kafka", "apps", "admin");

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void theChartsSchemaHasTheWorkersKeys() throws Exception {
    ObjectNode schema = (ObjectNode) JSON.readTree(SCHEMA.toFile());
    ObjectNode properties = (ObjectNode) schema.get("properties");
    ObjectNode made = settings();
    if (Boolean.getBoolean("update.docs")) {
      properties.set("settings", made);
      Files.writeString(SCHEMA, printed(schema));
    }
    assertThat(JSON.readTree(SCHEMA.toFile()).at("/properties/settings"))
        .as(SCHEMA + "; to write it anew: this test with -Dupdate.docs=true")
        .isEqualTo(made);
  }

  private static ObjectNode settings() {
    ObjectNode keys = (ObjectNode) JSON.valueToTree(JsonSchema.ofTheFile()).get("properties");
    ObjectNode settings = JSON.createObjectNode().put("type", "object");
    settings.put("additionalProperties", false);
    settings.set("properties", keys.remove(THE_CHARTS_OWN));
    withoutLookAhead(settings);
    return settings;
  }

  /** Helm's patterns are Go's, which have none; the worker itself refuses what slips through. */
  private static void withoutLookAhead(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("pattern").asText().matches(".*\\(\\?[=!].*")) {
      object.remove("pattern");
    }
    node.forEach(ChartSettingsTest::withoutLookAhead);
  }

  private static String printed(ObjectNode schema) throws Exception {
    var indenter = new DefaultIndenter("  ", "\n");
    var separators =
        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);
    var printer = new DefaultPrettyPrinter(separators);
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    return JSON.writer(printer).writeValueAsString(schema) + "\n";
  }
}
