package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code k8s/} is what the chart renders with {@code k8s/values.yaml}, for those without Helm. */
class ManifestsFolderTest {

  private static final Path FOLDER = Path.of("k8s");

  private static final String HEAD = "# Made from helm/ringpost with k8s/values.yaml.\n";

  private static final Pattern KIND = Pattern.compile("^kind: (\\w+)$", Pattern.MULTILINE);

  /** What only Helm's own objects say. */
  private static final Pattern HELMS_LABELS =
      Pattern.compile(
          "^ *(helm\\.sh/chart|app\\.kubernetes\\.io/managed-by): .*\n", Pattern.MULTILINE);

  private static final String NAMESPACE =
      HEAD
          + """
          apiVersion: v1
          kind: Namespace
          metadata:
            name: ringpost
            labels:
              pod-security.kubernetes.io/enforce: restricted
              pod-security.kubernetes.io/warn: restricted
          """;

  @Test
  void everyFileIsTheOneThatTheChartMakes() throws IOException {
    Map<String, String> files = new TreeMap<>();
    files.put("namespace.yaml", NAMESPACE);
    String rendered = Chart.text(Files.readString(FOLDER.resolve("values.yaml")), "");
    for (String document : rendered.split("^---$|\n---\n", -1)) {
      Matcher kind = KIND.matcher(document);
      if (kind.find()) {
        String name = kind.group(1).toLowerCase(Locale.ROOT) + ".yaml";
        assertThat(files.put(name, HEAD + plain(document))).as(name + " twice").isNull();
      }
    }
    String resources =
        files.keySet().stream().map(name -> "  - " + name + "\n").collect(Collectors.joining());
    files.put(
        "kustomization.yaml",
        HEAD
            + "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
            + resources);

    for (var file : files.entrySet()) {
      new MadeFile(FOLDER.resolve(file.getKey())).isUpToDateWith(file.getValue());
    }
    try (Stream<Path> found = Files.list(FOLDER)) {
      List<String> names =
          found.map(path -> path.getFileName().toString()).filter(this::isMade).sorted().toList();
      assertThat(names).containsExactlyElementsOf(files.keySet());
    }
  }

  private boolean isMade(String name) {
    return !name.equals("values.yaml");
  }

  private static String plain(String document) {
    return HELMS_LABELS.matcher(document).replaceAll("").replaceAll("# Source: .*\n", "").strip()
        + "\n";
  }
}
