package dev.ringpost.cli;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.OutputOption;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.CheckReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The run of a check: reads a configuration, has a look at what it is about and prints what was
 * found.
 *
 * @param environment all variables of the process
 * @param clock by which credentials are judged
 * @param logging is told the wanted logging, for standard output is the report's
 */
record CheckRun(
    Map<String, String> environment,
    InstantSource clock,
    Looks looks,
    Consumer<RingpostConfig.Log> logging,
    PrintWriter out) {

  /** A reader of a configuration. */
  @FunctionalInterface
  private interface Loader {
    RingpostConfig load(Path file) throws InvalidConfigException;
  }

  /** Looks at everything, prints, and returns the exit code. */
  int everything(ReportOptions options) {
    return run(options, file -> ConfigLoader.load(file, environment, clock), looks.everything());
  }

  /** Looks at what a gateway needs, prints, and returns the exit code. */
  int gateway(ReportOptions options) {
    return run(options, file -> ConfigLoader.loadWithoutApple(file, environment), looks.gateway());
  }

  /** Looks at what {@code ringpost health} needs, prints, and returns the exit code. */
  int health(ReportOptions options) {
    return run(options, file -> ConfigLoader.loadWithoutApple(file, environment), looks.health());
  }

  /** Looks at what {@code ringpost synthetic} needs, prints, and returns the exit code. */
  int synthetic(ReportOptions options) {
    return run(
        options, file -> ConfigLoader.loadWithoutApple(file, environment), looks.synthetic());
  }

  /**
   * Looks at the topics, prints, and returns the exit code.
   *
   * @param create whether missing ones are created
   */
  int topics(ReportOptions options, boolean create) {
    return run(
        options,
        file -> ConfigLoader.loadWithoutApple(file, environment),
        create ? looks.topicsCreated() : looks.topics());
  }

  private int run(ReportOptions options, Loader loader, Looks.Look look) {
    try {
      RingpostConfig settings = loader.load(options.config());
      logging.accept(settings.log());
      CheckReport report = look.at(settings);
      print(report, options.output());
      return switch (report.severity()) {
        case OK, WARNING -> ExitCode.CLEAN.number();
        case WRITES_WAIT, FAILED -> ExitCode.UNAVAILABLE.number();
      };
    } catch (InvalidConfigException e) {
      print(new CheckReport(e.problems().stream().map(CheckRun::line).toList()), options.output());
      return ExitCode.CONFIGURATION.number();
    }
  }

  private static CheckLine line(InvalidConfigException.Problem problem) {
    String where = problem.where().isEmpty() ? "" : " (" + problem.where() + ")";
    Finding finding = problem.finding();
    return CheckLine.failed(
        "configuration", (finding.subject() + where).strip(), finding.found(), finding.fix());
  }

  private void print(CheckReport report, OutputOption.Output output) {
    switch (output) {
      case TEXT -> report.text().forEach(out::println);
      case JSON -> out.println(report.json());
    }
    out.flush();
  }
}
