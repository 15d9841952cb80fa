package dev.ringpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.operator.OperatorCommands;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ringpost deaf} as it is typed; nothing is reachable. */
@Timeout(60)
class DeafCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void withoutATopicTheConfigurationIsWhatIsWrong(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("ringpost.yaml");
    Files.writeString(file, "kafka: {bootstrap-servers: \"no.such.invalid:9092\"}\n");

    assertThat(cli().run("deaf", "--config", file.toString())).isEqualTo(78);

    assertThat(err.toString())
        .contains(
            file + " is not valid; nothing was done.",
            "topics.device-health: is missing",
            "write topics.device-health: voip-device-health");
    assertThat(out.toString()).isEmpty();
  }

  private Cli cli() {
    var printed = new PrintWriter(out);
    var told = new PrintWriter(err);
    return new Cli(
        printed,
        told,
        Logging.of(new LoggerContext()),
        OperatorCommands.all(
                Map.of(),
                InstantSource.system(),
                UUID::randomUUID,
                _ -> {},
                InputStream.nullInputStream(),
                _ -> {},
                _ -> 0,
                printed,
                told)
            .toArray());
  }
}
