package dev.ringpost.telemetry.spans;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.DocPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page of spans, compared with the code. */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class SpansPageTest {

  @Test
  void theTableHasEachAttributeAsItIsDeclared() throws IOException {
    assertThat(DocPage.of(Path.of("docs", "spans.md")).table("attributes"))
        .containsExactlyElementsOf(
            Arrays.stream(SpanAttribute.values())
                .map(
                    attribute ->
                        "| %s | `%s` | %s |"
                            .formatted(
                                attribute.span().word(), attribute.key(), attribute.meaning()))
                .toList());
  }

  @Test
  void theImagesRuntimeHasTheModuleThatAgentsNeed() throws IOException {
    assertThat(Files.readString(Path.of("Dockerfile")).lines())
        .anyMatch(
            line -> line.strip().startsWith("--add-modules ") && line.contains("java.instrument,"));
  }
}
