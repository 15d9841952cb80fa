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

/** {@code ringpost gateway}: HTTP for those who cannot read Kafka. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Runs one gateway until SIGTERM or SIGINT.",
      "",
      "A call server posts an invite by HTTP; the gateway publishes it to Kafka and answers with"
          + " the verdict that a worker tells. It needs no credential of Apple's and keeps nothing:"
          + " start as many as you like. docs/gateway.md has the requests, docs/openapi.yaml their"
          + " description.",
      "",
      "On SIGTERM it accepts no more, answers what it has, then leaves.",
      ""
    },
    footer = {
      "",
      "Files:",
      "  The configuration is the worker's file; the keys are those of gateway, kafka, topics,",
      "  ring, admin and log.",
      "",
      "Examples:",
      "  ringpost gateway --config ringpost.yaml",
      "  curl -d"
          + " '{\"callId\":\"c1\",\"callee\":\"alice\",\"caller\":{\"uri\":\"sip:bob@example.com\"}}'"
          + " 'http://localhost:8090/v1/invites?wait=1500ms'"
    })
final class GatewayCommand implements Callable<Integer> {

  private final Map<String, String> environment;
  private final WorkerFactory gateways;
  private final ServiceRun run;

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "The configuration file.")
  private @Nullable Path config;

  GatewayCommand(Map<String, String> environment, WorkerFactory gateways, ServiceRun run) {
    this.environment = environment;
    this.gateways = gateways;
    this.run = run;
  }

  @Override
  public Integer call() {
    Path file = Objects.requireNonNull(config);
    return run.run(() -> ConfigLoader.loadWithoutApple(file, environment), gateways).number();
  }
}
