package dev.ringpost.cli;

import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.config.ConfigLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringpost health}: the search for devices that APNs accepts for and that never ring. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Looks for deaf devices until SIGTERM or SIGINT.",
      "",
      "A device is deaf if APNs accepts pushes for it and it does not ring, health.deaf-calls times"
          + " in a row over at least health.deaf-span, while others of the app do ring. That can"
          + " be told only where call servers send `ringing`. What is known of each device goes to"
          + " the topic topics.device-health; no token is invalidated. Of several processes one"
          + " works and the others stand by. docs/tools.md has the rules.",
      ""
    },
    footer = {
      "",
      "Files:",
      "  The configuration is the worker's file; the keys are those of health, kafka, topics,",
      "  results, ring, admin and log.",
      "",
      "Examples:",
      "  ringpost health --config ringpost.yaml",
      "  RINGPOST_HEALTH_DEAF_CALLS=8 ringpost health --config ringpost.yaml",
      "  ringpost deaf --config ringpost.yaml -o json"
    })
final class HealthCommand implements Callable<Integer> {

  private final Map<String, String> environment;
  private final WorkerFactory searches;
  private final ServiceRun run;

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "The configuration file.")
  private @Nullable Path config;

  HealthCommand(Map<String, String> environment, WorkerFactory searches, ServiceRun run) {
    this.environment = environment;
    this.searches = searches;
    this.run = run;
  }

  @Override
  public Integer call() {
    Path file = Objects.requireNonNull(config);
    return run.run(() -> ConfigLoader.loadWithoutApple(file, environment), searches).number();
  }
}
