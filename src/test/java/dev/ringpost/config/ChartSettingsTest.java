package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.config.Key.Form;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The value {@code settings} of the Helm chart has exactly the worker's keys, so that a slip is
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
    ObjectNode root = object();
    for (Key key : Schema.of(Path.of("")).keys()) {
      String[] names = key.path().split("\\.", -1);
      if (THE_CHARTS_OWN.contains(names[0].replace("[*]", ""))) {
        continue;
      }
      ObjectNode at = root;
      for (int i = 0; i < names.length - 1; i++) {
        ObjectNode properties = (ObjectNode) at.get("properties");
        if (!properties.has(names[i])) {
          properties.set(names[i], object());
        }
        at = (ObjectNode) properties.get(names[i]);
      }
      ((ObjectNode) at.get("properties")).set(names[names.length - 1], value(key));
    }
    return root;
  }

  private static ObjectNode object() {
    ObjectNode object = JSON.createObjectNode().put("type", "object");
    object.put("additionalProperties", false).putObject("properties");
    return object;
  }

  private static ObjectNode value(Key key) {
    ObjectNode value = JSON.createObjectNode();
    if (key.form() == Form.LIST) {
      value.put("type", "array").putObject("items").put("type", "string");
      return value;
    }
    if (key.valueClass().isEnum()) {
      ArrayNode words = value.putArray("enum");
      Arrays.stream(key.valueClass().getEnumConstants())
          .forEach(choice -> words.add(choice.toString().toLowerCase(Locale.ROOT)));
      return value;
    }
    String byDefault = key.byDefault().orElse("");
    if (byDefault.matches("\\d+")) {
      value.put("type", "integer");
      key.within()
          .ifPresent(
              within ->
                  value
                      .put("minimum", Integer.parseInt(within.min()))
                      .put("maximum", Integer.parseInt(within.max())));
    } else if (byDefault.matches("true|false")) {
      value.put("type", "boolean");
    } else if (byDefault.matches("\\d+(ms|s|m|h)")) {
      value.put("type", "string").put("pattern", "^[0-9]+(ms|s|m|h)$");
    } else {
      value.put("type", "string");
    }
    return value;
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
