package dev.ringpost.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import dev.ringpost.chart.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;

/**
 * A pod of the chart, run by Docker as the kubelet would run it: image, arguments, variables, user,
 * rights, memory and mounts are the rendered ones. All Secrets are one folder of the caller's.
 */
record ChartPod(JsonNode pod, String configuration, Path secrets, Path folder) {

  /** Of the only object of a kind; its files are written below an existing folder. */
  static ChartPod of(Manifests manifests, String kind, Path secrets, Path folder) {
    JsonNode pod = manifests.the(kind).at("/spec/template/spec");
    return new ChartPod(pod, manifests.configuration(), secrets, folder);
  }

  GenericContainer<?> container() throws IOException {
    List<Bind> binds = new ArrayList<>();
    for (JsonNode mount : spec().get("volumeMounts")) {
      AccessMode mode = mount.path("readOnly").asBoolean() ? AccessMode.ro : AccessMode.rw;
      String source = source(mount.get("name").asText()).toString();
      binds.add(new Bind(source, new Volume(mount.get("mountPath").asText()), mode));
    }
    var container = new GenericContainer<>(spec().get("image").asText());
    spec().path("env").forEach(v -> container.withEnv(v.get("name").asText(), text(v, "value")));
    return container
        .withCommand(spec().get("args").valueStream().map(JsonNode::asText).toArray(String[]::new))
        .withCreateContainerCmdModifier(command -> confine(command, binds));
  }

  private void confine(CreateContainerCmd command, List<Bind> binds) {
    JsonNode security = spec().get("securityContext");
    JsonNode user = pod.get("securityContext");
    var host = requireNonNull(command.getHostConfig());
    command.withUser(text(user, "runAsUser") + ":0");
    host.withGroupAdd(List.of(text(user, "fsGroup")))
        .withReadonlyRootfs(security.get("readOnlyRootFilesystem").asBoolean())
        .withCapDrop(
            security
                .at("/capabilities/drop")
                .valueStream()
                .map(dropped -> Capability.valueOf(dropped.asText()))
                .toArray(Capability[]::new))
        .withMemory(mebibytes(spec().at("/resources/limits/memory").asText()) << 20)
        .withBinds(binds);
    if (!security.get("allowPrivilegeEscalation").asBoolean(true)) {
      host.withSecurityOpts(List.of("no-new-privileges"));
    }
  }

  private Path source(String name) throws IOException {
    for (JsonNode volume : pod.get("volumes")) {
      if (volume.get("name").asText().equals(name)) {
        return volume.has("secret") ? secrets : laidOut(volume);
      }
    }
    throw new AssertionError("no volume " + name);
  }

  private Path laidOut(JsonNode volume) throws IOException {
    Path laid = Files.createDirectory(folder.resolve(volume.get("name").asText()));
    if (volume.has("configMap")) {
      Files.write(laid.resolve("ringpost.yaml"), configuration.getBytes(UTF_8));
      Files.setPosixFilePermissions(laid, PosixFilePermissions.fromString("rwxr-xr-x"));
    } else {
      Files.setPosixFilePermissions(laid, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    return laid;
  }

  /** What a probe asks, such as {@code /readyz}, on the number of the port that it names. */
  String probe(String probe) {
    return spec().at("/" + probe + "/httpGet/path").asText();
  }

  int port(String probe) {
    for (JsonNode port : spec().get("ports")) {
      if (port.get("name").equals(spec().at("/" + probe + "/httpGet/port"))) {
        return port.get("containerPort").asInt();
      }
    }
    throw new AssertionError(probe + " names no port");
  }

  int graceSeconds() {
    return pod.get("terminationGracePeriodSeconds").asInt();
  }

  private JsonNode spec() {
    return pod.at("/containers/0");
  }

  private static String text(JsonNode object, String field) {
    return object.path(field).asText();
  }

  private static long mebibytes(String quantity) {
    if (!quantity.endsWith("Mi")) {
      throw new AssertionError(quantity + " is not in Mi");
    }
    return Long.parseLong(quantity.substring(0, quantity.length() - 2));
  }
}
