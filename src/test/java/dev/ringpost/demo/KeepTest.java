package dev.ringpost.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The words with which the demo stays up. */
class KeepTest {

  @Test
  void theyNameThePageAndWhatToType() {
    String words = Keep.instructions("localhost:19092", 18080);

    assertThat(words).contains("Live page: http://localhost:18080/ ");
    assertThat(words.lines().filter(line -> line.contains("kcat")))
        .hasSize(3)
        .allMatch(line -> line.contains(" -b localhost:19092 "));
  }
}
