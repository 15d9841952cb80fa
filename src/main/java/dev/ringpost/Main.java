package dev.ringpost;

import dev.ringpost.cli.Cli;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.config.InvalidConfigException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.UUID;

/** The entry: hands the arguments to the command line and leaves with its exit code. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    var signal = new StopOnSignal();
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    try {
      ExtraJars.use(System.getenv());
    } catch (InvalidConfigException e) {
      e.problems().forEach(err::println);
      signal.leave(ExitCode.CONFIGURATION.number());
      return;
    }
    var cli =
        new Cli(
            System.getenv(),
            System.in,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            err,
            config -> Worker.of(config, InstantSource.system(), Main::endWithFullHeap),
            (config, group) ->
                ShadowProcess.of(config, group, InstantSource.system(), Main::endWithFullHeap),
            config -> GatewayProcess.of(config, InstantSource.system(), Main::endWithFullHeap),
            config -> HealthProcess.of(config, InstantSource.system(), Main::endWithFullHeap),
            config -> SyntheticProcess.of(config, InstantSource.system(), Main::endWithFullHeap),
            InstantSource.system(),
            UUID::randomUUID,
            signal,
            Logging.ofProcess());
    signal.leave(cli.run(arguments));
  }

  /**
   * Ends at once, like a JVM that runs out of memory: a clean end needs memory, and time that the
   * collector has.
   */
  private static void endWithFullHeap() {
    System.err.println(
        "Terminating: the heap is as good as full, the garbage collector has nearly all the time");
    Runtime.getRuntime().halt(ExitCode.HEAP_FULL.number());
  }
}
