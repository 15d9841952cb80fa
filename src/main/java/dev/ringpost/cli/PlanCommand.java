package dev.ringpost.cli;

import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.OutputOption;
import dev.ringpost.cli.report.ProblemList;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.plan.Demand;
import dev.ringpost.tools.plan.Plan;
import dev.ringpost.tools.plan.PlanReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringpost plan}: what so many calls and devices need, by arithmetic. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Plans an installation: pods, memory, connections to APNs, partitions, traffic of the"
          + " brokers, time of a start, cost of a rebalance.",
      "",
      "It asks nobody and needs no file; docs/capacity.md explains the arithmetic. Pods are as many"
          + " as can carry the busiest second with one of them away. Each figure that it rests on"
          + " is printed, with whether it was measured, is documented or is a guess.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  Lines and notes for people, one object for machines. Warnings say what breaks first; they",
      "  do not change the exit code.",
      "",
      "Examples:",
      "  ringpost plan --calls 2000 --devices 10000000",
      "  ringpost plan --calls 35000 --devices 1000000000 --cells 25 --rtt 60",
      "  ringpost plan --calls 500 --devices 1000000 --config ringpost.yaml -o json | jq .warnings"
    })
final class PlanCommand implements Callable<Integer> {

  private final Map<String, String> environment;
  private final PrintWriter out;
  private final PrintWriter err;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--calls",
      required = true,
      paramLabel = "RATE",
      description = "Calls a second, on average in the busiest hour.")
  private double calls;

  @Option(
      names = "--devices",
      required = true,
      paramLabel = "NUMBER",
      description = "Devices that are registered.")
  private long devices;

  @Option(
      names = "--phones",
      defaultValue = "1.5",
      paramLabel = "NUMBER",
      description = "Phones that a call rings, on average. (${DEFAULT-VALUE})")
  private double phones;

  @Option(
      names = "--peak",
      defaultValue = "200",
      paramLabel = "PERCENT",
      description = "The busiest second, in percent of --calls. (${DEFAULT-VALUE})")
  private double peak;

  @Option(
      names = "--rtt",
      defaultValue = "40",
      paramLabel = "MILLIS",
      description = "The round trip to APNs and back, in milliseconds. (${DEFAULT-VALUE})")
  private double roundTrip;

  @Option(
      names = "--cells",
      defaultValue = "1",
      paramLabel = "NUMBER",
      description =
          "Installations that share calls and devices by the callee; the plan is of one."
              + " (${DEFAULT-VALUE})")
  private int cells;

  @Option(
      names = "--pods",
      paramLabel = "NUMBER",
      description = "Pods of a cell, in place of as many as are needed.")
  private @Nullable Integer pods;

  @Option(
      names = "--partitions",
      paramLabel = "NUMBER",
      description = "Partitions of the invites, in place of as many as are needed.")
  private @Nullable Integer partitions;

  @Option(
      names = "--streams",
      paramLabel = "NUMBER",
      description = "Streams that APNs announces on a connection, in place of today's.")
  private @Nullable Integer streams;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration file whose settings count; without it the defaults do.")
  private @Nullable Path config;

  @Mixin private OutputOption form = new OutputOption();

  PlanCommand(Map<String, String> environment, PrintWriter out, PrintWriter err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    try {
      print(new PlanReport(Plan.of(demand(), settings())));
      return ExitCode.CLEAN.number();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), Objects.requireNonNull(e.getMessage()), e);
    } catch (InvalidConfigException e) {
      return wrong(e.problems().stream().map(Problem::toString));
    } catch (ConfigException _) {
      return wrong(Stream.of("kafka.properties: Kafka's consumer refuses session.timeout.ms"));
    }
  }

  private Demand demand() {
    return new Demand(
        calls,
        peak,
        phones,
        devices,
        roundTrip,
        cells,
        given(pods),
        given(partitions),
        given(streams));
  }

  private static OptionalInt given(@Nullable Integer option) {
    return option == null ? OptionalInt.empty() : OptionalInt.of(option);
  }

  private RingpostConfig settings() throws InvalidConfigException {
    return config == null
        ? ConfigLoader.defaults()
        : ConfigLoader.loadWithoutApple(config, environment);
  }

  private void print(PlanReport report) {
    switch (form.output()) {
      case TEXT -> report.text().forEach(out::println);
      case JSON -> out.println(report.json());
    }
    out.flush();
  }

  private int wrong(Stream<String> problems) {
    List<String> lines = problems.toList();
    ProblemList.print(err, config + " is not in order; nothing was planned.", lines);
    return ExitCode.CONFIGURATION.number();
  }
}
