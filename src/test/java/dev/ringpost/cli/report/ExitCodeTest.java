package dev.ringpost.cli.report;

import dev.ringpost.testing.GeneratedSection;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

  @Test
  void thePageTellsTheExitCodesOfTheCode() throws Exception {
    new GeneratedSection(Path.of("docs", "configuration.md"), "exit codes").isUpToDateWith(table());
  }

  private static String table() {
    return Arrays.stream(ExitCode.values())
        .map(code -> "| %d | %s |".formatted(code.number(), code.meaning()))
        .collect(Collectors.joining("\n", "| code | meaning |\n|---|---|\n", "\n"));
  }
}
