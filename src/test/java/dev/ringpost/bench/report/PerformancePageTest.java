package dev.ringpost.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.GeneratedSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page about performance shows the raw figures that stand beside it, and no others. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PerformancePageTest {

  private static final Path DOCS = Path.of("docs");

  @Test
  void theTablesAreThoseOfTheRawFigures() throws IOException {
    new GeneratedSection(DOCS.resolve("performance.md"), "bench").isUpToDateWith(page().text());
  }

  @Test
  void thePicturesAreThoseOfTheRawFigures() throws IOException {
    for (Map.Entry<String, String> picture : page().pictures().entrySet()) {
      Path file = DOCS.resolve("pictures").resolve(picture.getKey());
      if (Boolean.getBoolean("update.docs")) {
        Files.writeString(file, picture.getValue());
      }
      assertThat(file).hasContent(picture.getValue());
    }
  }

  private static PerformancePage page() throws IOException {
    return new PerformancePage(Figures.read(DOCS.resolve("performance.json")));
  }
}
