package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages, followed word by word, which must give a pod that starts: its image is the one that
 * was built and brought to the cluster, its Secret the one that was made, and its values are
 * accepted.
 */
class FirstPodTest {

  private static final Path README = Path.of("README.md");
  private static final Path CHARTS = Chart.FOLDER.resolve("README.md");

  private static final Pattern BUILD = Pattern.compile("docker build -t (\\S+)(.*)");
  private static final Pattern LOAD =
      Pattern.compile(
          "(?:kind load docker-image|minikube image load|k3d image import|docker tag) ([^\\s`,]+)");
  private static final Pattern SECRET =
      Pattern.compile("kubectl -n (\\S+) create secret generic (\\S+) --from-file=([^\\s`;]+)");
  private static final Pattern NAMESPACE =
      Pattern.compile("kubectl create namespace (\\S+)|helm install -n (\\S+)");
  private static final Pattern DEVKIT = Pattern.compile("image: (ringpost-devkit\\S*)");
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private final JsonNode worker = Chart.with("").worker();
  private final String image = worker.get("image").asText();

  @Test
  void whatIsBuiltAndBroughtToTheClusterIsWhatThePodAsksFor() throws IOException {
    assertThat(named(BUILD, 1, build -> !build.group(2).contains("--target devkit")))
        .containsExactly(image);
    assertThat(named(LOAD, 1, _ -> true)).containsExactly(image);
    assertThat(Files.readString(Path.of("k8s", "deployment.yaml"))).contains("image: " + image);
    assertThat(Files.readString(README)).containsSubsequence(image, "kind load", "helm install");
  }

  /**
   * Kubernetes pulls an image {@code latest} although the node has it; and there is no registry.
   */
  @Test
  void anImageThatANodeHasIsNotPulled() throws IOException {
    assertThat(worker.get("imagePullPolicy").asText()).isEqualTo("IfNotPresent");
    assertThat(image).contains(":").doesNotEndWith(":latest");
    assertThat(named(BUILD, 1, build -> build.group(2).contains("--target devkit")))
        .containsExactly("ringpost-devkit:" + image.split(":", -1)[1])
        .isEqualTo(named(DEVKIT, 1, _ -> true));
  }

  @Test
  void theSecretThatIsMadeIsTheOneThatIsMounted() throws IOException {
    Manifests first = Chart.with(firstValues());
    JsonNode mounted = first.the("Deployment").at("/spec/template/spec/volumes").findPath("secret");

    assertThat(named(SECRET, 2, FirstPodTest::isOfWorkers))
        .containsExactly(mounted.get("secretName").asText());
    assertThat(named(SECRET, 3, FirstPodTest::isOfWorkers))
        .containsExactly(mounted.at("/items/0/key").asText());
    assertThat(named(SECRET, 1, FirstPodTest::isOfWorkers)).containsExactly("calls", "ringpost");
    assertThat(named(NAMESPACE, 1, made -> made.group(1) != null)).containsExactly("calls");
    assertThat(named(NAMESPACE, 2, used -> used.group(2) != null)).containsExactly("calls");
    assertThat(Files.readString(Path.of("k8s", "namespace.yaml"))).contains("name: ringpost\n");
  }

  private static boolean isOfWorkers(MatchResult secret) {
    return !secret.group(2).contains("gateway");
  }

  @Test
  void theGatewaysTokensAreTheFileThatItsSecretIsMadeOf() throws IOException {
    String example = examples().filter(one -> one.startsWith("gateway:")).findFirst().orElseThrow();
    JsonNode mounted =
        Chart.with(example)
            .deployment("gateway")
            .at("/spec/template/spec/volumes")
            .findPath("secret");

    assertThat(named(SECRET, 2, secret -> !isOfWorkers(secret)))
        .containsExactly(mounted.get("secretName").asText());
    assertThat(named(SECRET, 3, secret -> !isOfWorkers(secret)))
        .containsExactly(mounted.at("/items/0/key").asText());
  }

  @Test
  void everyExampleOfValuesIsAccepted() throws IOException {
    List<String> examples =
        examples().filter(example -> !example.startsWith("# kustomization.yaml")).toList();

    assertThat(examples).hasSizeGreaterThan(4);
    for (String example : examples) {
      assertThatNoException().as(example).isThrownBy(() -> Chart.with(example).worker());
    }
  }

  private static String firstValues() throws IOException {
    return examples().findFirst().orElseThrow();
  }

  private static Stream<String> examples() throws IOException {
    return YAML.matcher(Files.readString(CHARTS)).results().map(found -> found.group(1));
  }

  /** What the pages and the Dockerfile name, each once. */
  private static List<String> named(Pattern pattern, int group, Predicate<MatchResult> only)
      throws IOException {
    var found = new TreeSet<String>();
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      for (Path page :
          Stream.concat(docs, Stream.of(README, CHARTS, Path.of("Dockerfile"))).toList()) {
        if (Files.isRegularFile(page)) {
          pattern
              .matcher(Files.readString(page))
              .results()
              .filter(only)
              .forEach(result -> found.add(result.group(group)));
        }
      }
    }
    return List.copyOf(found);
  }
}
