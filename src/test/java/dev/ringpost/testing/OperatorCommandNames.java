package dev.ringpost.testing;

import dev.ringpost.cli.operator.OperatorCommands;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands by which operators read and write topics, as they are typed. */
public final class OperatorCommandNames {

  private OperatorCommandNames() {}

  /** What is typed behind {@code ringpost}; of a command with others below it each of those. */
  public static Set<String> all() {
    var nowhere = new PrintWriter(Writer.nullWriter());
    var root = new CommandLine(CommandSpec.create());
    OperatorCommands.all(
            Map.of(),
            InstantSource.system(),
            UUID::randomUUID,
            _ -> {},
            InputStream.nullInputStream(),
            _ -> {},
            _ -> 0,
            nowhere,
            nowhere)
        .forEach(root::addSubcommand);
    Set<String> names = new TreeSet<>();
    root.getSubcommands().forEach((name, command) -> add(name, command, names));
    return names;
  }

  private static void add(String typed, CommandLine command, Set<String> names) {
    Map<String, CommandLine> below = command.getSubcommands();
    if (below.isEmpty()) {
      names.add(typed);
    }
    below.forEach((name, one) -> add(typed + " " + name, one, names));
  }
}
