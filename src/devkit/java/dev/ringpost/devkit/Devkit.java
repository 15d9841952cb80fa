package dev.ringpost.devkit;

import dev.ringpost.Main;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The image {@code devkit} as a program: the worker, an APNs to push to, and calls to ring. */
public final class Devkit {

  private static final String WORKER = "worker";

  private Devkit() {}

  public static void main(String[] arguments) {
    List<String> given = List.of(arguments);
    if (!given.isEmpty() && given.getFirst().equals(WORKER)) {
      Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
      return;
    }
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    System.exit(commandLine(out).execute(arguments));
  }

  /** The command line, whose commands print to {@code out}. */
  static CommandLine commandLine(PrintWriter out) {
    return new CommandLine(new Root())
        .addSubcommand(new ApnsCommand(out))
        .addSubcommand(new CallCommand(out))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out);
  }

  @Command(
      name = "devkit",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND",
      description = {
        "Ringpost without iPhones.",
        "",
        "  devkit apns    a local APNs beside a worker",
        "  devkit call    registers a made-up phone, calls it, prints what the worker reports",
        "  devkit worker  the worker itself, with the arguments of ringpost",
        ""
      })
  private static final class Root {}
}
