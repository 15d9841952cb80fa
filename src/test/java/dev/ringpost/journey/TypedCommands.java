package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.cli.Cli;
import dev.ringpost.cli.StopSignal;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.testing.CallPlatform;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

/**
 * The operator's commands as they are typed, in this JVM.
 *
 * @param config the configuration that is named behind each
 * @param in what they find on standard input
 * @param signal how they are asked to stop
 */
record TypedCommands(Path config, String in, StopSignal signal) {

  /** The end of a command. */
  record Ended(int code, String out, String err) {
    JsonNode json() {
      return CallPlatform.json(out);
    }

    String firstLine() {
      return out.lines().findFirst().orElseThrow();
    }
  }

  /** Commands that find nothing on standard input and are never asked to stop. */
  TypedCommands(Path config) {
    this(config, "", _ -> {});
  }

  /** What comes of a command. */
  Ended run(String... command) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        new Cli(
                Map.of(),
                new ByteArrayInputStream(in.getBytes(UTF_8)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
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
                signal,
                Logging.of(new LoggerContext()))
            .run(with(command, "--config", config.toString()));
    return new Ended(code, out.toString(), err.toString());
  }

  /** The same, with output for machines. */
  Ended json(String... command) {
    return run(with(command, "--output", "json"));
  }

  /** A command with an option more. */
  static String[] with(String[] command, String option, String value) {
    String[] all = Arrays.copyOf(command, command.length + 2);
    all[command.length] = option;
    all[command.length + 1] = value;
    return all;
  }
}
