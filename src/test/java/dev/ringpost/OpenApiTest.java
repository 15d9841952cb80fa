package dev.ringpost;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.DocPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.yaml.snakeyaml.Yaml;

/** The description of the gateway in OpenAPI, compared with its code and its page. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OpenApiTest {

  private static final Path GATEWAY = Path.of("src", "main", "java", "dev", "ringpost", "gateway");
  private static final Path FILE = Path.of("docs", "openapi.yaml");
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
  private static final Pattern ROUTE =
      Pattern.compile("([A-Z_]+)\\(\"([A-Z]+)\", \"(/v1/[^\"]+)\"\\)");
  private static final Pattern PROBLEM = Pattern.compile("problem\\(\\s*(\\d{3})");
  private static final Pattern ROW = Pattern.compile("\\| `([A-Z]+) (/v1/\\S+)` \\|");

  @Test
  void theRoutesAreThoseOfTheCodeAndOfThePage() throws IOException {
    Set<String> inTheCode = new TreeSet<>();
    ROUTE
        .matcher(Files.readString(GATEWAY.resolve("Routes.java")))
        .results()
        .forEach(
            it ->
                inTheCode.add(
                    it.group(2) + " " + it.group(3) + " " + it.group(1).toLowerCase(Locale.ROOT)));
    Set<String> described = new TreeSet<>();
    operations()
        .forEach(
            (operation, content) ->
                described.add(operation + " " + map(content).get("operationId")));
    Set<String> onThePage = new TreeSet<>();
    ROW.matcher(DocPage.of(Path.of("docs", "gateway.md")).text())
        .results()
        .forEach(it -> onThePage.add(it.group(1) + " " + it.group(2)));

    assertThat(inTheCode).hasSize(10);
    assertThat(described).isEqualTo(inTheCode);
    assertThat(onThePage).isEqualTo(operations().keySet());
  }

  @Test
  void everyStatusThatTheCodeGivesIsDescribed() throws IOException {
    Set<String> given = new TreeSet<>(List.of("200", "202", "204"));
    for (String source :
        List.of(
            "InviteEndpoint",
            "SignalEndpoint",
            "TokenEndpoint",
            "CallEndpoint",
            "HttpAnswer",
            "Stored")) {
      PROBLEM
          .matcher(Files.readString(GATEWAY.resolve(source + ".java")))
          .results()
          .forEach(it -> given.add(it.group(1)));
    }
    given.addAll(List.of("401", "403", "413"));
    Set<String> described = new TreeSet<>();
    operations()
        .values()
        .forEach(operation -> described.addAll(map(map(operation).get("responses")).keySet()));

    assertThat(described).isEqualTo(given);
  }

  @Test
  void everyReferenceHasSomethingToReferTo() throws IOException {
    Map<String, Object> root = root();
    Pattern reference = Pattern.compile("\\$ref: \"?([^\"\\n]+)\"?");
    List<String> references =
        reference.matcher(Files.readString(FILE)).results().map(it -> it.group(1)).toList();

    assertThat(references).isNotEmpty();
    for (String to : references) {
      if (to.startsWith("#/")) {
        @Nullable Object found = root;
        for (String name : to.substring(2).split("/", -1)) {
          found = map(found).get(name);
        }
        assertThat(found).as(to).isNotNull();
      } else {
        assertThat(FILE.resolveSibling(to)).exists();
      }
    }
  }

  /** Each operation by its method and path. */
  private static Map<String, Object> operations() throws IOException {
    Map<String, Object> operations = new TreeMap<>();
    map(root().get("paths"))
        .forEach(
            (path, content) ->
                map(content)
                    .forEach(
                        (method, operation) -> {
                          if (METHODS.contains(method)) {
                            operations.put(method.toUpperCase(Locale.ROOT) + " " + path, operation);
                          }
                        }));
    return operations;
  }

  private static Map<String, Object> root() throws IOException {
    return map(new Yaml().load(Files.readString(FILE)));
  }

  @SuppressWarnings("unchecked") // what YAML reads; a test fails where it is another thing
  private static Map<String, Object> map(@Nullable Object value) {
    return (Map<String, Object>) requireNonNull(value);
  }
}
