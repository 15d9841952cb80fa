package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.Worker;
import dev.ringpost.apns.payload.CallerShown;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.gateway.Gateway;
import dev.ringpost.testing.apns.ClientCertificate;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The configuration that the chart writes, as the worker reads it. A pod's files are laid out in a
 * folder as the kubelet does; the worker's own loader, which refuses unknown keys and missing
 * files, reads them, and Kafka's clients take their properties.
 */
class ChartConfigurationTest {

  private static final String BUNDLE = "com.example.desk";

  private final Path root;
  private final LocalCredentials credentials;

  ChartConfigurationTest(@TempDir Path root) throws Exception {
    this.root = root;
    this.credentials = LocalCredentials.in(Files.createDirectory(root.resolve("made")));
  }

  static List<String> matrix() {
    return List.copyOf(ValuesMatrix.all().keySet());
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void theWorkerTakesTheFileTheVariablesAndTheMounts(String about) throws Exception {
    Manifests manifests = ValuesMatrix.rendered(about);

    RingpostConfig config = loaded(manifests);

    assertThatNoException().isThrownBy(() -> Worker.of(config, InstantSource.system(), () -> {}));
    assertThat(config.admin().port())
        .isEqualTo(manifests.worker().at("/ports/0/containerPort").asInt());
    assertThat(config.apps()).isNotEmpty();
    assertThat(config.admin().page()).isEqualTo(about.equals("live page"));
  }

  @Test
  void settingsReachTheWorkerAndWhatFollowsFromThemDoesToo() throws Exception {
    Manifests manifests = ValuesMatrix.rendered("all together");

    RingpostConfig config = loaded(manifests);

    assertThat(config.topics().invites()).isEqualTo("acme.invites");
    assertThat(config.intake().group()).isEqualTo("calls");
    JsonNode lag = manifests.the("ScaledObject").at("/spec/triggers/1/metadata");
    assertThat(lag.get("topic").asText()).isEqualTo(config.topics().invites());
    assertThat(lag.get("consumerGroup").asText()).isEqualTo(config.intake().group());
  }

  @Test
  void theRackReachesEveryConsumer() throws Exception {
    var rooms = new RoomSettings(loaded(ValuesMatrix.rendered("a rack and the Grafana operator")));

    assertThat(
            Stream.concat(
                Stream.of(
                    rooms.intake().consumerProperties(),
                    rooms.retries().consumerProperties(),
                    rooms.directory().readerProperties()),
                Gateway.consumerProperties(rooms.gateway()).stream()))
        .hasSize(4)
        .allSatisfy(
            consumer ->
                assertThat(
                        new ConsumerConfig(consumer).getString(ConsumerConfig.CLIENT_RACK_CONFIG))
                    .isEqualTo("eu-central-1a"));
  }

  @Test
  void thePayloadOfEachAppReachesTheWorker() throws Exception {
    RingpostConfig config = loaded(ValuesMatrix.rendered("two apps"));

    assertThat(config.apps())
        .extracting(app -> app.payload().shape().text())
        .containsExactly(
            "callkeep", "{\"aps\":{},\"id\":\"{call.uuid}\",\"kept\":true,\"video\":\"{video}\"}");
    assertThat(config.apps())
        .extracting(app -> app.payload().caller())
        .containsExactly(CallerShown.FULL, CallerShown.NONE);
  }

  @Test
  void theLivePageIsOnWhereItsValueIsSet() throws Exception {
    assertThat(loaded(ValuesMatrix.rendered("live page")).admin().page()).isTrue();
    assertThat(Chart.notes("livePage: {enabled: true}")).contains("http://localhost:8080/");
    assertThat(Chart.notes("livePage: {enabled: false}")).doesNotContain("live page");
  }

  /** A pod's files as the kubelet lays them out, below a folder instead of the root. */
  private RingpostConfig loaded(Manifests manifests) throws Exception {
    JsonNode pod = manifests.deployment("worker").at("/spec/template/spec");
    for (JsonNode mount : manifests.worker().get("volumeMounts")) {
      Path folder = Files.createDirectories(below(mount.get("mountPath").asText()));
      for (JsonNode volume : pod.get("volumes")) {
        if (volume.get("name").equals(mount.get("name"))) {
          for (JsonNode item : volume.at("/secret/items")) {
            secretFile(folder.resolve(item.get("path").asText()));
          }
          if (volume.has("csi")) {
            for (String name :
                List.of("AuthKey_ABC123DEFG.p8", "key-id", "desk.p12", "desk.passphrase")) {
              secretFile(folder.resolve(name));
            }
          }
          if (volume.has("secret") && !volume.get("secret").has("items")) {
            strimzisFiles(folder);
          }
        }
      }
    }
    List<String> arguments = texts(manifests.worker().get("args"));
    assertThat(arguments).startsWith("run", "--config");
    Path file = below(arguments.get(2));
    String text = manifests.configuration().replace("/run/secrets", root + "/run/secrets");
    Files.writeString(file, text);
    return ConfigLoader.load(file, variables(manifests.worker()), InstantSource.system());
  }

  private Path below(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  private void secretFile(Path file) throws Exception {
    ClientCertificate certificate = credentials.clientCertificate(BUNDLE, "open sesame");
    String name = file.getFileName().toString();
    if (name.endsWith(".p8")) {
      Files.copy(credentials.signingKey("ABC123DEFG", "TEAM123456").file(), file);
    } else if (name.endsWith(".p12")) {
      Files.copy(certificate.file(), file);
    } else if (name.equals("key-id")) {
      Files.writeString(file, "ABC123DEFG\n");
    } else if (name.equals("snapshot.key")) {
      Files.writeString(file, "AP8QIDBAUGBwgJCgsMDQ4PARIjNEVWZ3iJmqu8zd7v8=\n");
    } else {
      Files.writeString(file, "open sesame");
    }
  }

  /** What Strimzi's Secrets of a user and of a cluster's CA hold. */
  private void strimzisFiles(Path folder) throws Exception {
    Files.writeString(
        folder.resolve("sasl.jaas.config"),
        "org.apache.kafka.common.security.scram.ScramLoginModule required"
            + " username=\"ringpost\" password=\"sesame\";");
    Files.copy(credentials.trustedCertificates(), folder.resolve("ca.crt"));
  }

  private static Map<String, String> variables(JsonNode worker) {
    Map<String, String> variables = new HashMap<>();
    for (JsonNode variable : worker.path("env")) {
      variables.put(variable.get("name").asText(), variable.get("value").asText());
    }
    return variables;
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }
}
