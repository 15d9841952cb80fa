package dev.ringpost.cli;

import dev.ringpost.tools.Doctor;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ringpost check}: the doctor. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class,
    description = {
      "Looks at everything that a worker needs and says of each thing whether it is well.",
      "",
      "Configuration; Kafka, topics, the rights of this user to topics and groups; after which time"
          + " a dead worker is replaced; whether the topics of tokens can be read, and how many"
          + " records they have; keys and certificates; and the way to APNs, by one push for each"
          + " app and environment to a token that no phone has. Run it with the worker's"
          + " configuration, where the worker will run.",
      "",
      "It rings no phone, joins no group, makes no topic, and may run beside workers.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  One line for each thing, ok, warning or failed, and its fix below it. What failed keeps",
      "  phones from ringing or callers from being told; a warning does not.",
      "",
      "Examples:",
      "  ringpost check --config /etc/ringpost/ringpost.yaml",
      "  ringpost check --config ringpost.yaml --output json | jq '.lines[] | select(.fix != \"\")'"
    })
final class CheckCommand implements Callable<Integer> {

  private final Examination examination;

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "The configuration file.")
  private @Nullable Path config;

  @Option(
      names = {"-o", "--output"},
      defaultValue = Examination.TEXT,
      paramLabel = "FORM",
      description = "text for people, json for machines: one object. (${DEFAULT-VALUE})")
  private Examination.@Nullable Output output;

  CheckCommand(Examination examination) {
    this.examination = examination;
  }

  @Override
  public Integer call() {
    return examination.run(
        Objects.requireNonNull(config), Objects.requireNonNull(output), Doctor::examine);
  }
}
