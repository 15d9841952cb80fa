package dev.ringpost.cli.operator;

import dev.ringpost.config.RingpostConfig;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** The operator's commands, in the order of the help. */
public final class OperatorCommands {

  private OperatorCommands() {}

  /**
   * All of them.
   *
   * @param environment all variables of the process
   * @param ids gives each invite without one its id
   * @param in gives a token where one is asked for
   * @param onStop takes what is to be done when the process is asked to stop
   * @param synthetic makes synthetic calls by a configuration file until it is told to stop
   * @param logging is told the wanted logging, for standard output is the report's
   */
  public static Stream<Object> all(
      Map<String, String> environment,
      InstantSource clock,
      Supplier<UUID> ids,
      Consumer<RingpostConfig.Log> logging,
      InputStream in,
      Consumer<Runnable> onStop,
      ToIntFunction<Path> synthetic,
      PrintWriter out,
      PrintWriter err) {
    var run = new OperatorRun(environment, clock, ids, logging, in, out, err);
    return Stream.of(
        new TraceCommand(run),
        new TokensCommand(run),
        new InviteCommand(run),
        new SignalCommand(run),
        DlqCommand.of(run),
        new DeafCommand(run),
        new AppleCommand(run),
        new WatchCommand(run, onStop),
        new SyntheticCommand(run, onStop, synthetic));
  }
}
