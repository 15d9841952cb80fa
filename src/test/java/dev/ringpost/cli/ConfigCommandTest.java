package dev.ringpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.report.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/ringpost.schema.json} is what {@code ringpost config schema} prints, and that is made
 * from the keys. With {@code -Dupdate.docs=true} the file is written instead of compared.
 */
class ConfigCommandTest {

  private static final Path SCHEMA = Path.of("docs", "ringpost.schema.json");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theSchemaInTheDocsIsTheOneThatIsPrinted() throws Exception {
    assertThat(run("config", "schema")).isZero();

    if (Boolean.getBoolean("update.docs")) {
      Files.writeString(SCHEMA, out.toString());
    }
    assertThat(out.toString())
        .as(SCHEMA + " is not what the code says; refresh it with -Dupdate.docs=true on this test")
        .isEqualTo(Files.readString(SCHEMA));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void withoutASubjectItIsAWrongCommandLine() {
    assertThat(run("config")).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("config", "skema")).isEqualTo(ExitCode.USAGE.number());

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("schema", "See: ringpost config --help");
  }

  private int run(String... arguments) {
    PrintWriter to = new PrintWriter(out);
    return new Cli(to, new PrintWriter(err), Logging.of(new LoggerContext()), new ConfigCommand(to))
        .run(arguments);
  }
}
