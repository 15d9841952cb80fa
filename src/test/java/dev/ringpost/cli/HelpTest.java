package dev.ringpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.cli.logging.Logging;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The help of each command, and of each below it. */
@Timeout(30)
class HelpTest {

  private static final String EXAMPLES = "Examples:";

  @Test
  void everyCommandHasExamplesOfItselfAndExitCodes() {
    Map<String, String> helps = new TreeMap<>();
    collect(program().commands(), helps);

    assertThat(helps)
        .containsKeys("ringpost", "ringpost tokens put", "ringpost dlq replay", "ringpost help");
    helps.forEach(
        (command, help) -> {
          assertThat(help).as(command).contains(EXAMPLES, "Exit codes:");
          assertThat(help.substring(help.indexOf(EXAMPLES))).as(command).contains(command);
        });
  }

  private static void collect(CommandLine command, Map<String, String> helps) {
    helps.put(command.getCommandSpec().qualifiedName(), command.getUsageMessage());
    command.getSubcommands().values().forEach(below -> collect(below, helps));
  }

  private static Cli program() {
    var nowhere = new PrintWriter(new StringWriter());
    return new Cli(
        Map.of(),
        InputStream.nullInputStream(),
        nowhere,
        nowhere,
        _ -> {
          throw new IllegalStateException("no worker is asked for");
        },
        (_, _) -> {
          throw new IllegalStateException("no shadow is asked for");
        },
        _ -> {
          throw new IllegalStateException("no gateway is asked for");
        },
        _ -> {
          throw new IllegalStateException("no search is asked for");
        },
        _ -> {
          throw new IllegalStateException("no synthetic call is asked for");
        },
        InstantSource.system(),
        UUID::randomUUID,
        _ -> {},
        Logging.of(new LoggerContext()));
  }
}
