package dev.ringpost.cli;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.ConfigProblems;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.CheckLine;
import dev.ringpost.tools.CheckReport;
import dev.ringpost.tools.Doctor;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads a configuration, lets the doctor look at something and prints what it found.
 *
 * @param environment all variables of the process
 * @param logging is told the wanted logging, for standard output is the report's
 */
record Examination(
    Map<String, String> environment,
    DoctorFactory doctors,
    Consumer<RingpostConfig.Log> logging,
    PrintWriter out) {

  /** How a report looks. */
  enum Output {
    TEXT,
    JSON
  }

  /** Examines, prints, and returns the exit code. */
  int run(ReportOptions options, Function<Doctor, CheckReport> look) {
    try {
      RingpostConfig settings = ConfigLoader.load(options.config(), environment);
      logging.accept(settings.log());
      CheckReport report = look.apply(doctors.create(settings));
      print(report, options.output());
      return switch (report.status()) {
        case OK, WARNING -> ExitCode.CLEAN.number();
        case FAILED -> ExitCode.UNAVAILABLE.number();
      };
    } catch (ConfigProblems e) {
      print(
          new CheckReport(e.problems().stream().map(Examination::line).toList()), options.output());
      return ExitCode.CONFIGURATION.number();
    }
  }

  private static CheckLine line(ConfigProblems.Problem problem) {
    String where = problem.where().isEmpty() ? "" : " (" + problem.where() + ")";
    return CheckLine.failed(
        "configuration", (problem.key() + where).strip(), problem.wrong(), problem.fix());
  }

  private void print(CheckReport report, Output output) {
    switch (output) {
      case TEXT -> report.text().forEach(out::println);
      case JSON -> out.println(report.json());
    }
    out.flush();
  }
}
