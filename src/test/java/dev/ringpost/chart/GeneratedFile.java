package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the project that is made from others. */
record GeneratedFile(Path path) {

  /** Fails if it is not this text; with {@code -Dupdate.docs=true} it is written instead. */
  void isUpToDateWith(String made) throws IOException {
    if (Boolean.getBoolean("update.docs")) {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(path, made);
    }
    assertThat(Files.exists(path) ? Files.readString(path) : "")
        .as(path + " is not what the chart makes; refresh it with -Dupdate.docs=true on this test")
        .isEqualTo(made);
  }
}
