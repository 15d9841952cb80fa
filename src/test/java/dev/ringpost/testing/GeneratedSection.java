package dev.ringpost.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a page under {@code docs/} that is made from the code, between two comments. Tests
 * compare it with the code; with {@code -Dupdate.docs=true} they write it.
 */
public final class GeneratedSection {

  private final Path page;
  private final String begin;
  private final String end;

  /** The section between {@code <!-- made: name -->} and {@code <!-- end: name -->}. */
  public GeneratedSection(Path page, String name) {
    this.page = page;
    this.begin = "<!-- made: " + name + " -->\n";
    this.end = "<!-- end: " + name + " -->\n";
  }

  /** Fails if the section is not this text, line ends included. */
  public void isUpToDateWith(String made) throws IOException {
    String text = Files.readString(page);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    assertThat(to).as(page + " lacks " + begin.strip()).isGreaterThanOrEqualTo(begin.length());
    if (Boolean.getBoolean("update.docs")) {
      Files.writeString(page, text.substring(0, from) + made + text.substring(to));
      return;
    }
    assertThat(text.substring(from, to))
        .as(page + " is not what the code says; refresh it with -Dupdate.docs=true on this test")
        .isEqualTo(made);
  }
}
