package dev.ringpost.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/** The bill of materials that lies in the image. */
@Needs(Need.DOCKER)
@Timeout(600)
class ImageBillDrill {

  private static final String BILL = "/opt/ringpost/ringpost.cdx.json";

  @Test
  void itNamesTheLibrariesTheRuntimeAndTheBaseSystem(@TempDir Path folder) throws IOException {
    JsonNode bill = bill(BuiltImage.in(folder).stage("ringpost"));
    List<String> urls =
        StreamSupport.stream(bill.get("components").spliterator(), false)
            .map(component -> component.path("purl").asText())
            .toList();
    JsonNode ofMaven = CallPlatform.json(Files.readString(Path.of("target", "ringpost.cdx.json")));

    assertThat(urls)
        .anyMatch(url -> url.startsWith("pkg:generic/openjdk@25"))
        .anyMatch(url -> url.startsWith("pkg:maven/org.apache.kafka/kafka-clients@"))
        .hasSizeGreaterThanOrEqualTo(ofMaven.get("components").size() + 2);
    assertThat(StreamSupport.stream(bill.get("components").spliterator(), false))
        .as("the base system, with its packages where its image lists them")
        .filteredOn(component -> component.path("type").asText().equals("operating-system"))
        .singleElement()
        .satisfies(system -> assertThat(system.path("name").asText()).isEqualTo("debian"));
    assertThat(StreamSupport.stream(bill.get("components").spliterator(), false))
        .extracting(component -> component.path("bom-ref").asText())
        .doesNotHaveDuplicates();
  }

  private static JsonNode bill(String image) throws IOException {
    var docker = DockerClientFactory.instance().client();
    String container = docker.createContainerCmd(image).exec().getId();
    try (var tar =
        new TarArchiveInputStream(docker.copyArchiveFromContainerCmd(container, BILL).exec())) {
      var _ = tar.getNextEntry();
      return CallPlatform.json(new String(tar.readAllBytes(), UTF_8));
    } finally {
      docker.removeContainerCmd(container).withForce(true).exec();
    }
  }
}
