package dev.ringpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.config.RingpostConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {

  private static final WorkerFactory.OfShadow NO_SHADOW =
      (_, _) -> {
        throw new IllegalStateException("no shadow is asked for");
      };

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Runnable> onStop = new ArrayList<>();
  private final List<RingpostConfig.Log> logging = new ArrayList<>();
  private final Path folder;

  CliTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A worker that works until it is stopped; a test that does not stop it would not end. */
  private class TestingWorker implements WorkerFactory.Startable {
    private boolean stopped;

    @Override
    public void run() throws StartRefusedException {
      onStop.forEach(Runnable::run);
      if (!stopped) {
        throw new IllegalStateException("nobody stopped it");
      }
    }

    @Override
    public void stop() {
      stopped = true;
    }
  }

  @Test
  void helpTellsCommandsAndExitCodes() {
    assertThat(cli(_ -> new TestingWorker()).run("--help")).isZero();

    assertThat(out.toString()).contains("run", "--version", "Exit codes:");
    for (ExitCode code : ExitCode.values()) {
      assertThat(out.toString()).contains(code.number() + " ");
    }
  }

  @Test
  void helpOnRunTellsFilesEnvironmentAndExamples() {
    assertThat(cli(_ -> new TestingWorker()).run("run", "--help")).isZero();

    assertThat(out.toString())
        .contains("--config=FILE", "SIGTERM", "Files:", "Environment:", "Examples:", "Exit codes:");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 96);
  }

  @Test
  void theVersionIsOneThatCanBeReported() {
    assertThat(cli(_ -> new TestingWorker()).run("--version")).isZero();

    assertThat(out.toString()).startsWith("ringpost ").contains("Java ");
  }

  @Test
  void aWrongCommandLineIsAShortError() {
    assertThat(cli(_ -> new TestingWorker()).run()).isEqualTo(2);
    assertThat(cli(_ -> new TestingWorker()).run("ring")).isEqualTo(2);
    assertThat(cli(_ -> new TestingWorker()).run("run")).isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly(
            "ringpost: Missing required subcommand",
            "See: ringpost --help",
            "ringpost: Unmatched argument at index 0: 'ring'",
            "See: ringpost --help",
            "ringpost: Missing required option: '--config=FILE'",
            "See: ringpost run --help");
  }

  @Test
  void anUnknownOptionIsNamedWithTheOneThatItIsLike() {
    assertThat(cli(_ -> new TestingWorker()).run("run", "--confg", "ringpost.yaml")).isEqualTo(2);
    assertThat(cli(_ -> new TestingWorker()).run("runn", "--config", "ringpost.yaml")).isEqualTo(2);

    assertThat(err.toString().lines())
        .contains("ringpost: Unknown option: '--confg'")
        .anyMatch(line -> line.startsWith("Possible solutions: --config"))
        .anyMatch(line -> line.startsWith("Did you mean: ringpost run"))
        .noneMatch(line -> line.contains("Missing required option"));
  }

  @Test
  void helpIsACommandToo() {
    assertThat(cli(_ -> new TestingWorker()).run("help", "run")).isZero();
    assertThat(cli(_ -> new TestingWorker()).run("help")).isZero();

    assertThat(out.toString()).contains("--config=FILE", "Call invites from Kafka in");
  }

  @Test
  void aWorkerThatIsStoppedLeavesCleanly() throws Exception {
    List<RingpostConfig> built = new ArrayList<>();

    int code =
        cli(config -> {
              built.add(config);
              return new TestingWorker();
            })
            .run("run", "--config", valid());

    assertThat(code).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(built).hasSize(1);
    assertThat(logging).containsExactly(built.getFirst().log());
  }

  @Test
  void allProblemsOfTheConfigurationArePrintedAndNothingStarts() throws Exception {
    Path file = Files.writeString(folder.resolve("bad.yaml"), "colour: blue\nkafka: {}\n");

    int code = cli(_ -> new TestingWorker()).run("run", "-c", file.toString());

    assertThat(code).isEqualTo(78);
    assertThat(err.toString().lines())
        .containsExactly(
            file + " has 3 problems; nothing was started.",
            "  1. colour (line 1): unknown key; remove it",
            "  2. kafka.bootstrap-servers: is missing; write host:port, such as"
                + " kafka.example.com:9092",
            "  3. apps: is missing; write at least one app: its bundle-ids and its key");
  }

  @Test
  void variablesOfTheEnvironmentCount() throws Exception {
    StringWriter errors = new StringWriter();
    Cli cli =
        new Cli(
            new PrintWriter(out),
            new PrintWriter(errors),
            Logging.of(new LoggerContext()),
            new RunCommand(
                Map.of("RINGPOST_RING_DEFAULT", "soon"),
                InstantSource.system(),
                _ -> new TestingWorker(),
                NO_SHADOW,
                new ServiceRun(onStop::add, logging::add, new PrintWriter(errors))));

    assertThat(cli.run("run", "-c", valid())).isEqualTo(78);
    assertThat(errors.toString()).contains("1. ring.default (RINGPOST_RING_DEFAULT): ");
  }

  @Test
  void whatKeepsItFromStartingIsListed() throws Exception {
    int code =
        cli(_ ->
                new WorkerFactory.Startable() {
                  @Override
                  public void run() throws StartRefusedException {
                    throw new StartRefusedException(
                        List.of("topic a does not exist", "topic b too"));
                  }

                  @Override
                  public void stop() {}
                })
            .run("run", "-c", valid());

    assertThat(code).isEqualTo(69);
    assertThat(err.toString().lines())
        .containsExactly(
            "Ringpost did not start: 2 problems.",
            "  1. topic a does not exist",
            "  2. topic b too");
  }

  @Test
  void anInternalErrorIsOneLineAndWhatToDo() throws Exception {
    int code =
        cli(_ -> {
              throw new IllegalStateException("no\nbody", new ArithmeticException("1 / 0"));
            })
            .run("run", "-c", valid());

    assertThat(code).isEqualTo(70);
    assertThat(err.toString().lines())
        .hasSize(2)
        .first()
        .isEqualTo(
            "ringpost: internal error: java.lang.IllegalStateException: no, caused by"
                + " java.lang.ArithmeticException: 1 / 0");
  }

  @Test
  void anErrorOfTheJvmIsAnInternalErrorToo() throws Exception {
    int code =
        cli(_ -> {
              throw new NoClassDefFoundError("gone");
            })
            .run("run", "-c", valid());

    assertThat(code).isEqualTo(70);
  }

  @Test
  void aShadowIsAskedForByAnOptionAndMayBeGivenAGroup() throws Exception {
    List<String> asked = new ArrayList<>();
    WorkerFactory.OfShadow shadows =
        (_, group) -> {
          asked.add(group.orElse("its own"));
          return new TestingWorker();
        };
    WorkerFactory workers =
        _ -> {
          throw new IllegalStateException("a worker would push");
        };

    assertThat(cli(workers, shadows).run("run", "--shadow", "-c", valid())).isZero();
    assertThat(
            cli(workers, shadows).run("run", "--shadow", "--shadow-group", "trial", "-c", valid()))
        .isZero();

    assertThat(asked).containsExactly("its own", "trial");
  }

  @Test
  void aGroupOfAShadowWithoutAShadowIsAWrongCommandLine() throws Exception {
    assertThat(
            cli(_ -> new TestingWorker(), NO_SHADOW)
                .run("run", "--shadow-group", "trial", "-c", valid()))
        .isEqualTo(2);

    assertThat(err.toString()).contains("--shadow");
  }

  private Cli cli(WorkerFactory workers) {
    return cli(workers, NO_SHADOW);
  }

  private Cli cli(WorkerFactory workers, WorkerFactory.OfShadow shadows) {
    PrintWriter errors = new PrintWriter(err);
    return new Cli(
        new PrintWriter(out),
        errors,
        Logging.of(new LoggerContext()),
        new RunCommand(
            Map.of(),
            InstantSource.system(),
            workers,
            shadows,
            new ServiceRun(onStop::add, logging::add, errors)));
  }

  private String valid() throws IOException, NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    Files.writeString(
        folder.resolve("key.p8"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getEncoder().encodeToString(key)
            + "\n-----END PRIVATE KEY-----\n");
    return Files.writeString(
            folder.resolve("ringpost.yaml"),
            """
            kafka: {bootstrap-servers: localhost:9092}
            apps:
              - bundle-ids: com.example.phone
                key: {file: key.p8, key-id: ABC123DEFG, team-id: TEAM123456}
            """)
        .toString();
  }
}
