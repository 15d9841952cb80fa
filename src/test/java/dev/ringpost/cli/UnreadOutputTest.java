package dev.ringpost.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.cli.logging.Logging;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.LogFormat;
import dev.ringpost.config.RingpostConfig.LogLevel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A program whose standard output is a pipe that nobody reads. */
@Timeout(120)
class UnreadOutputTest {

  /** Many times what a pipe and the queue hold. */
  private static final int LINES = 20_000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Pattern TOLD =
      Pattern.compile("log lines were dropped.*\"lines\":\"(\\d+)\"");

  /**
   * A program that logs more than a pipe holds; once it is told that somebody reads, one line more.
   */
  static final class Program {
    public static void main(String[] arguments) throws Exception {
      Logging logging = Logging.ofProcess();
      logging.configure(new RingpostConfig.Log(LogFormat.JSON, LogLevel.INFO));
      var log = LoggerFactory.getLogger("dev.ringpost.Program");
      for (int i = 0; i < LINES; i++) {
        log.info("line of a program that nobody reads");
      }
      Path folder = Path.of(arguments[0]);
      Files.writeString(folder.resolve("logged"), Long.toString(Logging.dropped()));
      while (!Files.exists(folder.resolve("end"))) {
        if (Files.exists(folder.resolve("read"))) {
          log.info("line of a program that is read");
        }
        Thread.sleep(50);
      }
      logging.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  @Test
  void whoLogsGoesOnAndItIsToldHowManyLinesWereDropped(@TempDir Path folder) throws Exception {
    Process program = start(folder);
    try {
      await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("logged")));
      await().until(() -> Files.size(folder.resolve("logged")) > 0);
      long dropped = Long.parseLong(Files.readString(folder.resolve("logged")));
      assertThat(dropped).isPositive().isLessThan(LINES);

      Files.createFile(folder.resolve("read"));
      long written = 0;
      long told = 0;
      try (var lines = new BufferedReader(new InputStreamReader(program.getInputStream(), UTF_8))) {
        while (written < LINES - dropped || told < dropped) {
          String line = lines.readLine();
          Matcher found = TOLD.matcher(line);
          told += found.find() ? Long.parseLong(found.group(1)) : 0;
          written += line.contains("nobody reads") ? 1 : 0;
        }
      }
      assertThat(written).as("lines that were neither written nor told").isEqualTo(LINES - dropped);
    } finally {
      program.destroyForcibly();
    }
  }

  @Test
  void theProgramEndsAllTheSame(@TempDir Path folder) throws Exception {
    Process program = start(folder);
    try {
      await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("logged")));
      Files.createFile(folder.resolve("end"));

      assertThat(program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(program.exitValue()).isZero();
    } finally {
      program.destroyForcibly();
    }
  }

  private static Process start(Path folder) throws Exception {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                folder.toString()))
        .start();
  }
}
