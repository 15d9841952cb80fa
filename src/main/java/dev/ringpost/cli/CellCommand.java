package dev.ringpost.cli;

import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.ProgramVersion;
import dev.ringpost.tools.plan.Cells;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ringpost cell}: which cell a user belongs to. */
@Command(
    name = "cell",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = {
      "Prints the cell of each user, where devices and calls are shared among several"
          + " installations.",
      "",
      "Cells are numbered from 0. The rule stands in docs/capacity.md with its test vectors, so"
          + " that call servers and registrars can compute it too.",
      ""
    },
    footer = {
      "",
      "Output:",
      "  One line for each user: the cell, a tab, and the user.",
      "",
      "Examples:",
      "  ringpost cell alice --cells 25",
      "  ringpost cell alice bob sip:carol@example.com --cells 25"
    })
final class CellCommand implements Callable<Integer> {

  private final PrintWriter out;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--cells",
      required = true,
      paramLabel = "NUMBER",
      description = "How many cells there are.")
  private int cells;

  @Parameters(
      paramLabel = "USER",
      arity = "1..*",
      description = "User ids, as invites and registrations spell them.")
  private List<String> users = new ArrayList<>();

  CellCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    try {
      var rule = new Cells(cells);
      List<String> lines = users.stream().map(user -> rule.of(user) + "\t" + user).toList();
      lines.forEach(out::println);
      out.flush();
      return ExitCode.CLEAN.number();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), Objects.requireNonNull(e.getMessage()), e);
    }
  }
}
