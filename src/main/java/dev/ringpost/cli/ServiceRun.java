package dev.ringpost.cli;

import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProblemList;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;

/** The run of a process that works until it is told to stop: a worker or a gateway. */
final class ServiceRun {

  /** The reader and judge of the configuration. */
  @FunctionalInterface
  interface Configuration {
    RingpostConfig load() throws InvalidConfigException;
  }

  private final StopSignal signal;
  private final Consumer<RingpostConfig.Log> logging;
  private final PrintWriter err;

  ServiceRun(StopSignal signal, Consumer<RingpostConfig.Log> logging, PrintWriter err) {
    this.signal = signal;
    this.logging = logging;
    this.err = err;
  }

  /** Runs until it was stopped, or could not start. */
  ExitCode run(Configuration configuration, WorkerFactory services) {
    try {
      RingpostConfig settings = configuration.load();
      logging.accept(settings.log());
      WorkerFactory.Startable service = services.create(settings);
      signal.onStop(service::stop);
      service.run();
      return ExitCode.CLEAN;
    } catch (InvalidConfigException e) {
      List<String> lines = e.problems().stream().map(Problem::toString).toList();
      ProblemList.print(err, e.file() + " has " + count(lines) + "; nothing was started.", lines);
      return ExitCode.CONFIGURATION;
    } catch (StartRefusedException e) {
      ProblemList.print(err, "Ringpost did not start: " + count(e.problems()) + ".", e.problems());
      return ExitCode.UNAVAILABLE;
    }
  }

  private static String count(List<String> problems) {
    return problems.size() == 1 ? "1 problem" : problems.size() + " problems";
  }
}
