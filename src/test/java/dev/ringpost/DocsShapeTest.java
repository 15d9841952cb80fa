package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.DocPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The habit that pages are wrapped, so that a change shows as the sentence that it is. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DocsShapeTest {

  private static final int LONGEST = 120;

  @Test
  void noLineOfSentencesIsLong() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (DocPage page : DocPage.all()) {
      tooLong.addAll(tooLong(page));
    }

    assertThat(tooLong).isEmpty();
  }

  @Test
  void aLongLineIsNamedUnlessItIsOfATableOrOfCode() {
    String line = "x".repeat(LONGEST + 1);
    var page = new DocPage(Path.of("a.md"), "a\n```\n" + line + "\n```\n| " + line + "\n" + line);

    assertThat(tooLong(page)).containsExactly("a.md:6 has 121 characters");
  }

  private static List<String> tooLong(DocPage page) {
    return page.prose().stream()
        .filter(line -> line.text().length() > LONGEST)
        .map(
            line ->
                page.path() + ":" + line.number() + " has " + line.text().length() + " characters")
        .toList();
  }
}
