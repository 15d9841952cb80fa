package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringpost.testing.GeneratedSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The table of values in the chart's README, which is made from the comments of {@code
 * values.yaml}.
 */
class ChartReadmeTest {

  private static final Path VALUES = Chart.FOLDER.resolve("values.yaml");
  private static final Path README = Chart.FOLDER.resolve("README.md");

  private static final Pattern COMMENT = Pattern.compile(" *# -- (.+)");
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]\\w*):.*");

  @Test
  void theTableOfValuesIsThatOfTheComments() throws IOException {
    Map<String, String> described = described();
    JsonNode values = new ObjectMapper().valueToTree(new Yaml().load(Files.readString(VALUES)));
    String rows =
        described.entrySet().stream()
            .map(
                value ->
                    "| `%s` | %s | %s |\n"
                        .formatted(
                            value.getKey(),
                            byDefault(values.at("/" + value.getKey().replace('.', '/'))),
                            value.getValue()))
            .collect(Collectors.joining());

    new GeneratedSection(README, "values")
        .isUpToDateWith("| value | default | what it is |\n|---|---|---|\n" + rows);
  }

  @Test
  void everyValueIsDescribed() throws IOException {
    Map<String, String> described = described();
    JsonNode values = new ObjectMapper().valueToTree(new Yaml().load(Files.readString(VALUES)));

    assertDescribed("", values, described);
  }

  private static void assertDescribed(String path, JsonNode value, Map<String, String> described) {
    if (described.containsKey(path)) {
      return;
    }
    assertThat(value.isObject() && !value.isEmpty()).as(path + " has no comment").isTrue();
    value
        .properties()
        .forEach(
            child ->
                assertDescribed(
                    path.isEmpty() ? child.getKey() : path + "." + child.getKey(),
                    child.getValue(),
                    described));
  }

  private static String byDefault(JsonNode value) {
    boolean large = value.isContainerNode() && value.toString().length() > 60;
    if (large) {
      return "see values.yaml";
    }
    return value.isMissingNode() || (value.isTextual() && value.asText().isEmpty())
        ? ""
        : "`" + (value.isTextual() ? value.asText() : value.toString()) + "`";
  }

  /** Every key that a comment stands above, with its full name. */
  private static Map<String, String> described() throws IOException {
    Map<String, String> described = new LinkedHashMap<>();
    Deque<String> path = new ArrayDeque<>();
    String comment = "";
    for (String line : Files.readAllLines(VALUES)) {
      Matcher words = COMMENT.matcher(line);
      Matcher key = KEY.matcher(line);
      if (words.matches()) {
        comment = words.group(1);
      } else if (key.matches()) {
        int depth = key.group(1).length() / 2;
        while (path.size() > depth) {
          path.removeLast();
        }
        path.addLast(key.group(2));
        if (!comment.isEmpty()) {
          described.put(String.join(".", path), comment);
        }
        comment = "";
      }
    }
    return described;
  }
}
