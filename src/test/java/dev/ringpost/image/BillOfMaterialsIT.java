package dev.ringpost.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.CallPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The bill of materials that Maven makes, beside what it ships. */
class BillOfMaterialsIT {

  @Test
  void itNamesWhatShipsAndNothingElse() throws IOException {
    JsonNode bill = CallPlatform.json(Files.readString(Path.of("target", "ringpost.cdx.json")));
    List<String> named =
        StreamSupport.stream(bill.path("components").spliterator(), false)
            .map(part -> part.path("name").asText() + "-" + part.path("version").asText() + ".jar")
            .toList();

    assertThat(bill.at("/bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(bill.at("/metadata/component/name").asText()).isEqualTo("ringpost");
    assertThat(named).as("what Kafka's OAuth needs").anyMatch(jar -> jar.startsWith("jose4j-"));
    try (var shipped = Files.list(Path.of("target", "lib"))) {
      assertThat(named)
          .containsExactlyInAnyOrderElementsOf(
              shipped.map(jar -> jar.getFileName().toString()).toList());
    }
  }
}
