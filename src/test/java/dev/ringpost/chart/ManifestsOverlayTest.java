package dev.ringpost.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code k8s/} and an overlay of it, as Kustomize itself makes them; no cluster is asked. */
@Needs(Need.KUBECTL)
@Timeout(60)
class ManifestsOverlayTest {

  private static final Path FOLDER = Path.of("k8s");

  @Test
  void theDeploymentMountsTheConfigurationThatIsMade() throws Exception {
    Manifests made = kustomized(FOLDER);

    assertThat(mounted(made)).startsWith("ringpost-").isEqualTo(name(made));
    assertThat(made.the("ConfigMap").get("immutable").asBoolean()).isTrue();
    assertThat(made.all()).allSatisfy(object -> assertThat(StrictKinds.wrong(object)).isEmpty());
  }

  @Test
  void anOverlaysConfigurationMakesNewPodsAndLeavesTheOldOneAlone(@TempDir Path folder)
      throws Exception {
    Path base = folder.resolve("k8s");
    copy(base);
    Path overlay = Files.createDirectory(folder.resolve("overlay"));
    Files.writeString(overlay.resolve("ringpost.yaml"), "kafka: {bootstrap-servers: [a:1]}\n");
    Files.writeString(
        overlay.resolve("kustomization.yaml"),
        """
        resources: [../k8s]
        images: [{name: ringpost, newName: registry.example.com/ringpost, newTag: 0.1.0}]
        configMapGenerator:
          - {name: ringpost, namespace: ringpost, behavior: replace, files: [ringpost.yaml]}
        """);

    Manifests before = kustomized(base);
    Manifests after = kustomized(overlay);

    assertThat(after.configuration()).contains("a:1");
    assertThat(mounted(after)).isEqualTo(name(after)).isNotEqualTo(name(before));
    assertThat(after.worker().get("image").asText())
        .isEqualTo("registry.example.com/ringpost:0.1.0");
  }

  private static void copy(Path to) throws IOException {
    Files.createDirectory(to);
    try (var files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static String name(Manifests made) {
    return made.the("ConfigMap").at("/metadata/name").asText();
  }

  private static String mounted(Manifests made) {
    JsonNode volumes = made.the("Deployment").at("/spec/template/spec/volumes");
    return volumes.findPath("configMap").get("name").asText();
  }

  private static Manifests kustomized(Path folder) throws Exception {
    Process process =
        new ProcessBuilder("kubectl", "kustomize", folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return new Manifests(output);
  }
}
