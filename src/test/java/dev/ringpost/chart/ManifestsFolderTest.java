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

/**
 * {@code k8s/} is what the chart renders with {@code k8s/values.yaml}, for those without Helm. Only
 * the ConfigMap is made by Kustomize, which gives it a name by its content in overlays too.
 */
class ManifestsFolderTest {

  private static final Path FOLDER = Path.of("k8s");

  private static final String HEAD = "# Made from helm/ringpost with k8s/values.yaml.\n";

  private static final Pattern KIND = Pattern.compile("^kind: (\\w+)$", Pattern.MULTILINE);

  /** The ConfigMap's name in the chart ends with this, too. */
  private static final Pattern HASH = Pattern.compile("name: ringpost-[0-9a-f]{10}\n");

  private static final String GENERATOR =
      """
      # The name that Kustomize makes ends with a hash of the file. So a change of it makes new pods, also in an overlay
      # with behavior: replace, and kubectl rollout undo finds the file of before.
      configMapGenerator:
        - name: ringpost
          namespace: ringpost
          files: [ringpost.yaml]
          options:
            immutable: true
            labels:
              app.kubernetes.io/name: ringpost
              app.kubernetes.io/instance: ringpost
              app.kubernetes.io/component: configuration
      """;

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
    files.put("ringpost.yaml", HEAD + new Manifests(rendered).configuration());
    for (String document : rendered.split("^---$|\n---\n", -1)) {
      Matcher kind = KIND.matcher(document);
      if (kind.find() && !kind.group(1).equals("ConfigMap")) {
        String name = kind.group(1).toLowerCase(Locale.ROOT) + ".yaml";
        assertThat(files.put(name, HEAD + plain(document))).as(name + " twice").isNull();
      }
    }
    String resources =
        files.keySet().stream()
            .filter(name -> !name.equals("ringpost.yaml"))
            .map(name -> "  - " + name + "\n")
            .collect(Collectors.joining());
    files.put(
        "kustomization.yaml",
        HEAD
            + "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
            + resources
            + GENERATOR);

    for (var file : files.entrySet()) {
      new GeneratedFile(FOLDER.resolve(file.getKey())).isUpToDateWith(file.getValue());
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
    String named = HASH.matcher(document).replaceAll("name: ringpost\n");
    return HELMS_LABELS.matcher(named).replaceAll("").replaceAll("# Source: .*\n", "").strip()
        + "\n";
  }
}
