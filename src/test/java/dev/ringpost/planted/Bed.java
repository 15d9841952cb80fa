package dev.ringpost.planted;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A folder of class files that go before the project's own, and a JVM that runs tests with them.
 * One bug at a time is planted in it.
 */
final class Bed {

  /** Bound on one run: a bug that makes tests hang is caught by their own time limits first. */
  private static final Duration LONGEST_RUN = Duration.ofMinutes(5);

  private final Path classes;

  Bed(Path classes) {
    this.classes = classes;
  }

  /** The end of a run of tests. */
  sealed interface Harvest {

    /** All tests passed. */
    record Passed(int tests) implements Harvest {}

    /** A test failed. */
    record Failed(String test) implements Harvest {}

    /** The run itself came to no end, or none that says anything. */
    record Broken(String why) implements Harvest {}
  }

  /**
   * Compiles the source with the mistake, and nothing else.
   *
   * @throws IllegalStateException if it does not compile: that would be caught by no test
   */
  void plant(PlantedBug bug) throws IOException {
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var said = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-nowarn",
              "-parameters",
              "-d",
              classes.toString(),
              "-classpath",
              System.getProperty("java.class.path"));
      boolean compiled =
          compiler.getTask(said, files, null, options, null, List.of(unit(bug))).call();
      if (!compiled) {
        throw new IllegalStateException(bug.name() + " does not compile: " + said);
      }
    }
  }

  private static JavaFileObject unit(PlantedBug bug) throws IOException {
    String text = bug.planted();
    URI name = URI.create("string:///" + bug.source().getFileName());
    return new SimpleJavaFileObject(name, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** Runs test classes with what is planted, until the first fails. */
  Harvest run(List<String> tests) throws IOException, InterruptedException {
    Path told = Files.createTempFile("planted", ".txt");
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-XX:+EnableDynamicAgentLoading",
              "-Xmx1g",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-classpath",
              classes + File.pathSeparator + System.getProperty("java.class.path"),
              TestRun.class.getName(),
              told.toString()));
      command.addAll(tests);
      Process run =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        if (!run.waitFor(LONGEST_RUN.toSeconds(), TimeUnit.SECONDS)) {
          return new Harvest.Broken("the tests did not end within " + LONGEST_RUN);
        }
        return harvest(run.exitValue(), Files.readString(told).strip());
      } finally {
        run.destroyForcibly();
      }
    } finally {
      Files.deleteIfExists(told);
    }
  }

  private static Harvest harvest(int exit, String told) {
    return switch (exit) {
      case TestRun.PASSED -> new Harvest.Passed(Integer.parseInt(told));
      case TestRun.FAILED -> new Harvest.Failed(told);
      default -> new Harvest.Broken("the JVM of the tests ended with " + exit + " " + told);
    };
  }
}
