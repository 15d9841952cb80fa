package dev.ringpost.cli;

import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.config.ConfigLoader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringpost run}: reads the configuration, then works until it is told to stop. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Runs one worker until SIGTERM or SIGINT.",
      "",
      "It reads call invites from Kafka, finds the callee's VoIP tokens, pushes to every phone at"
          + " once and writes what became of it to Kafka. Start as many workers as you like: they"
          + " share the partitions of the invites.",
      "",
      "At start it names everything that is wrong with the configuration, and every topic that is"
          + " missing or wrongly set, each with its fix. It reads no invite before it knows all"
          + " tokens. On SIGTERM it stops taking invites, finishes or hands over what it has within"
          + " about a second, and leaves its group.",
      "",
      "With --shadow it judges live invites beside the workers, in a group of its own, and pushes"
          + " to nobody: it makes no connection to APNs and writes nothing to any topic. It"
          + " compares its verdicts with those on topics.results, counts them in"
          + " ringpost_shadow_invites_total, names what differs in the log, and tells the sums at"
          + " its end. docs/tools.md has what is compared.",
      ""
    },
    footer = {
      "",
      "Files:",
      "  The configuration is one YAML file; ringpost.example.yaml explains every key.",
      "  Relative file names in it are relative to its folder. Signing keys, certificates and",
      "  passphrases are files of their own.",
      "",
      "Environment:",
      "  RINGPOST_<KEY> counts more than the key in the file; a name that is not a key is refused.",
      "    RINGPOST_KAFKA_BOOTSTRAP_SERVERS     kafka.bootstrap-servers",
      "    RINGPOST_KAFKA_PROPERTIES_LINGER_MS  kafka.properties.linger.ms",
      "    RINGPOST_APPS_0__KEY_FILE            apps[0].key.file",
      "",
      "Output:",
      "  The log goes to standard output, as text or JSON. What keeps the worker from starting",
      "  goes to standard error. /metrics, /livez and /readyz are served on admin.port.",
      "",
      "Examples:",
      "  ringpost run --config /etc/ringpost/ringpost.yaml",
      "  RINGPOST_LOG_LEVEL=debug ringpost run --config ringpost.yaml",
      "  ringpost run --shadow --config trial.yaml",
      "  ringpost run --shadow --shadow-group ringpost-trial --config trial.yaml"
    })
final class RunCommand implements Callable<Integer> {

  private final Map<String, String> environment;
  private final InstantSource clock;
  private final WorkerFactory workers;
  private final WorkerFactory.OfShadow shadows;
  private final ServiceRun run;

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "The configuration file.")
  private @Nullable Path config;

  @ArgGroup(exclusive = false)
  private @Nullable Shadow shadow;

  /** The options of a shadow; the second one needs the first. */
  private static final class Shadow {

    @Option(
        names = "--shadow",
        required = true,
        description = "Judge live invites, push to nobody, and compare.")
    private boolean wanted;

    @Option(
        names = "--shadow-group",
        paramLabel = "GROUP",
        description = "The shadow's consumer group; by default that of the workers and -shadow.")
    private @Nullable String group;
  }

  RunCommand(
      Map<String, String> environment,
      InstantSource clock,
      WorkerFactory workers,
      WorkerFactory.OfShadow shadows,
      ServiceRun run) {
    this.environment = environment;
    this.clock = clock;
    this.workers = workers;
    this.shadows = shadows;
    this.run = run;
  }

  @Override
  public Integer call() {
    Path file = Objects.requireNonNull(config);
    return run.run(() -> ConfigLoader.load(file, environment, clock), factory()).number();
  }

  private WorkerFactory factory() {
    Shadow options = shadow;
    return options == null || !options.wanted
        ? workers
        : config -> shadows.create(config, Optional.ofNullable(options.group));
  }
}
