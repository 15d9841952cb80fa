package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One licence, named alike wherever a user or a scanner looks for it. */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class LicenceTest {

  @Test
  void pomChartImageAndReadmeNameTheLicenceThatIsEnclosed() throws IOException {
    assertThat(Files.readString(Path.of("LICENSE")))
        .contains("Apache License", "Version 2.0, January 2004");
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<name>Apache-2.0</name>", "<include>LICENSE</include>");
    assertThat(Files.readString(Path.of("helm", "ringpost", "Chart.yaml")))
        .contains("artifacthub.io/license: Apache-2.0");
    assertThat(Files.readString(Path.of("Dockerfile")))
        .contains("org.opencontainers.image.licenses=\"Apache-2.0\"");
    assertThat(Files.readString(Path.of(".dockerignore"))).contains("!LICENSE");
    assertThat(Files.readString(Path.of("README.md"))).contains("[Apache-2.0](LICENSE)");
  }
}
