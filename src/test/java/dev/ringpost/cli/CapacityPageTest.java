package dev.ringpost.cli;

import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.testing.GeneratedSection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The plans that the page about capacity shows are those that the command prints. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CapacityPageTest {

  private static final Path PAGE = Path.of("docs", "capacity.md");
  private static final String ASSUMPTIONS = "Assumptions\n";

  @Test
  void tenMillionDevices() throws IOException {
    String printed = printed("--calls 2000 --devices 10000000");

    section("ten million").isUpToDateWith(block("--calls 2000 --devices 10000000", printed));
    section("assumptions")
        .isUpToDateWith(
            "```\n"
                + printed.substring(printed.indexOf(ASSUMPTIONS) + ASSUMPTIONS.length())
                + "```\n");
  }

  @Test
  void aBillionDevicesInCells() throws IOException {
    String options = "--calls 16000 --devices 1000000000 --cells 25";

    section("a billion").isUpToDateWith(block(options, printed(options)));
  }

  private static GeneratedSection section(String name) {
    return new GeneratedSection(PAGE, name);
  }

  private static String block(String options, String printed) {
    return "```\n$ ringpost plan "
        + options
        + "\n"
        + printed.substring(0, printed.indexOf(ASSUMPTIONS))
        + "```\n";
  }

  private static String printed(String options) {
    var out = new StringWriter();
    var to = new PrintWriter(out);
    new Cli(to, to, Logging.of(new LoggerContext()), new PlanCommand(Map.of(), to, to))
        .run(("plan " + options).split(" ", -1));
    return out.toString().replace(System.lineSeparator(), "\n");
  }
}
