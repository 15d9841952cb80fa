package dev.ringpost.config;

import dev.ringpost.config.Key.Form;
import dev.ringpost.testing.GeneratedSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in {@code docs/configuration.md}, which is made from the code. */
class ConfigurationPageTest {

  @Test
  void theTableOfKeysIsThatOfTheCode() throws Exception {
    new GeneratedSection(Path.of("docs", "configuration.md"), "keys").isUpToDateWith(table());
  }

  @Test
  void theTableOfRefusedPropertiesIsThatOfTheCode() throws Exception {
    String table =
        KafkaProperty.all().entrySet().stream()
            .map(property -> "| `%s` | %s |".formatted(property.getKey(), property.getValue()))
            .collect(Collectors.joining("\n", "| property | why |\n|---|---|\n", "\n"));

    new GeneratedSection(Path.of("docs", "configuration.md"), "refused").isUpToDateWith(table);
  }

  private static String table() throws IOException {
    List<String> example = Files.readAllLines(ExampleFileTest.EXAMPLE);
    return Schema.of(Path.of("")).keys().stream()
        .sorted(Comparator.comparingInt(key -> place(key, example)))
        .map(ConfigurationPageTest::row)
        .collect(
            Collectors.joining(
                "\n", "| key, variable | default | what it is |\n|---|---|---|\n", "\n"));
  }

  private static String row(Key key) {
    String path = key.path().replace("[*]", "[0]");
    String any = key.form() == Form.MAP ? "…" : "";
    String bounds =
        key.within().map(within -> " " + within.min() + " to " + within.max() + ".").orElse("");
    String list = key.form() == Form.LIST ? " A list; in a variable with commas." : "";
    return "| `%s%s`<br>`%s%s` | %s | %s%s%s |"
        .formatted(
            path,
            any,
            key.variable(),
            any,
            key.byDefault().map(value -> "`" + value + "`").orElse(required(key)),
            key.doc().value(),
            bounds,
            list);
  }

  private static String required(Key key) {
    return key.doc().required() ? "**required**" : "none";
  }

  /** The example's order reads better than the alphabet's. */
  private static int place(Key key, List<String> example) {
    int line = 0;
    for (String name : key.path().replace("[*]", "").split("\\.", -1)) {
      while (!name.isEmpty() && !example.get(line).matches("[ #-]*" + name + ":.*")) {
        line++;
      }
    }
    return line;
  }
}
