package dev.ringpost.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.yaml.snakeyaml.Yaml;

/** The chart's recording rules and alerts. */
final class Rules {

  static final Path FILE = Path.of("helm", "ringpost", "rules", "ringpost.rules.yaml");

  private Rules() {}

  /** All rules of all groups, in the order of the file. */
  static List<JsonNode> all() {
    try {
      JsonNode file = new ObjectMapper().valueToTree(new Yaml().load(Files.readString(FILE)));
      return file.get("groups")
          .valueStream()
          .flatMap(group -> group.get("rules").valueStream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonNode> alerts() {
    return all().stream().filter(rule -> rule.has("alert")).toList();
  }
}
