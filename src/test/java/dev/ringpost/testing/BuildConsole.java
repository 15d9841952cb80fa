package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/**
 * The console of the build. What tests print goes to files beside their reports; what whoever runs
 * the build must see goes here.
 */
public final class BuildConsole {

  private static final PrintStream ERR =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);

  private BuildConsole() {}

  /** Prints a line, at once. Safe for many threads. */
  public static void print(String line) {
    ERR.println(line);
  }
}
