package dev.ringpost.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Rendered objects. A key that stands twice in one of them is an error. */
public final class Manifests {

  private static final Pattern DOCUMENTS = Pattern.compile("^---$", Pattern.MULTILINE);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> all = new ArrayList<>();

  Manifests(String yaml) {
    for (String document : DOCUMENTS.split(yaml, -1)) {
      Object read = yaml(document);
      if (read != null) {
        all.add(JSON.valueToTree(read));
      }
    }
  }

  private static Object yaml(String document) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setCodePointLimit(16 << 20);
    return new Yaml(new SafeConstructor(options)).load(document);
  }

  List<JsonNode> all() {
    return List.copyOf(all);
  }

  /** All of a kind. */
  public List<JsonNode> of(String kind) {
    return all.stream().filter(object -> kind.equals(object.path("kind").asText())).toList();
  }

  /** The only one of a kind. */
  public JsonNode the(String kind) {
    List<JsonNode> found = of(kind);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " objects of kind " + kind);
    }
    return found.getFirst();
  }

  /** The first container of the workers. */
  JsonNode worker() {
    return deployment("worker").at("/spec/template/spec/containers/0");
  }

  /** The only Deployment whose pods are of a component. */
  JsonNode deployment(String component) {
    List<JsonNode> found =
        of("Deployment").stream()
            .filter(
                one ->
                    one.at("/spec/template/metadata/labels/app.kubernetes.io~1component")
                        .asText()
                        .equals(component))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " Deployments of " + component);
    }
    return found.getFirst();
  }

  /** What a component's Deployment has as its configuration file. */
  String file(String component) {
    JsonNode name = deployment(component).at("/spec/template/spec/volumes/0/configMap/name");
    return of("ConfigMap").stream()
        .filter(map -> map.at("/metadata/name").equals(name))
        .map(map -> map.get("data").get(component + ".yaml").asText())
        .findFirst()
        .orElseThrow();
  }

  /** The worker's configuration file. */
  public String configuration() {
    return of("ConfigMap").stream()
        .filter(map -> map.at("/data").has("ringpost.yaml"))
        .map(map -> map.at("/data").get("ringpost.yaml").asText())
        .findFirst()
        .orElseThrow();
  }
}
