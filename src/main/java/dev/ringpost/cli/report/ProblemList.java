package dev.ringpost.cli.report;

import java.io.PrintWriter;
import java.util.List;

/** A numbered list of problems under a heading. */
public final class ProblemList {

  private ProblemList() {}

  /** Prints it. */
  public static void print(PrintWriter err, String heading, List<String> lines) {
    err.println(heading);
    int number = 1;
    for (String line : lines) {
      err.println("  " + number++ + ". " + line);
    }
    err.flush();
  }
}
