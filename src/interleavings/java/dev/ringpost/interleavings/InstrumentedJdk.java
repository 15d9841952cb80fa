package dev.ringpost.interleavings;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A JDK whose locks, parks and threads obey Fray's scheduler, made by {@code jlink} from the one
 * that runs this. Fray's own Maven plugin is not used: it wants a JDK with a folder {@code jmods},
 * which many builds of JDK 25 do not have, and else fetches another JDK.
 */
final class InstrumentedJdk {

  /** What the scenarios and Fray need of Java. */
  private static final String MODULES =
      "java.compiler,java.instrument,java.logging,java.management,java.naming,java.net.http,"
          + "java.rmi,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.attach,"
          + "jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs";

  /** The jars that change the JDK's classes while they are linked. */
  private static final List<String> LINKING =
      List.of(
          "asm",
          "fray-instrumentation-base",
          "fray-instrumentation-jdk",
          "fray-runtime",
          "kotlin-stdlib",
          "kotlin-reflect",
          "annotations");

  /** Bound on making it; it takes a quarter of a minute. */
  private static final long LONGEST_LINKING_SECONDS = 180;

  private static final String NATIVE_AGENT = "libjvmti.so";

  private final Path home;
  private final Path nativeAgent;

  private InstrumentedJdk(Path home, Path nativeAgent) {
    this.home = home;
    this.nativeAgent = nativeAgent;
  }

  /** What this machine lacks for it, in words; empty if nothing. */
  static Optional<String> lack() {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      return Optional.of("Fray's native agent is for Linux on x86-64");
    }
    return Files.isExecutable(jlink())
        ? Optional.empty()
        : Optional.of("the Java that runs this has no jlink");
  }

  /**
   * The one in a folder; made there if it is not there, or is of another JDK.
   *
   * @throws IllegalStateException if jlink fails, with its words
   */
  static InstrumentedJdk in(Path folder) throws IOException, InterruptedException {
    Path home = folder.resolve("jdk");
    Path made = folder.resolve("made-of");
    String origin = Runtime.version() + " " + jar("fray-instrumentation-jdk").getFileName();
    if (!Files.exists(made) || !Files.readString(made).equals(origin)) {
      Files.createDirectories(folder);
      remove(home);
      link(home);
      Files.writeString(made, origin);
    }
    Path nativeAgent = folder.resolve(NATIVE_AGENT);
    try (InputStream packed = InstrumentedJdk.class.getResourceAsStream("/" + NATIVE_AGENT)) {
      Files.copy(packed, nativeAgent, StandardCopyOption.REPLACE_EXISTING);
    }
    return new InstrumentedJdk(home, nativeAgent);
  }

  /** The command that starts a JVM under Fray's scheduler, up to the class path. */
  List<String> command(Path reports) {
    return List.of(
        home.resolve("bin").resolve("java").toString(),
        "-javaagent:" + jar("fray-instrumentation-agent"),
        "-agentpath:" + nativeAgent.toAbsolutePath(),
        "-Dfray.workDir=" + reports,
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-enableassertions",
        "-Xmx1g");
  }

  private static Path jlink() {
    return Path.of(System.getProperty("java.home"), "bin", "jlink");
  }

  private static void link(Path home) throws IOException, InterruptedException {
    String jars =
        LINKING.stream()
            .map(InstrumentedJdk::jars)
            .flatMap(List::stream)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    Process linking =
        new ProcessBuilder(
                jlink().toString(),
                "-J-javaagent:" + jar("fray-instrumentation-jdk"),
                "-J--module-path=" + jars,
                "-J--add-modules=org.pastalab.fray.instrumentation.jdk",
                "-J--class-path=" + jars,
                "--output=" + home,
                "--add-modules=" + MODULES,
                "--fray-instrumentation")
            .redirectErrorStream(true)
            .start();
    String words;
    try (InputStream said = linking.getInputStream()) {
      words = new String(said.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (!linking.waitFor(LONGEST_LINKING_SECONDS, TimeUnit.SECONDS)) {
      linking.destroyForcibly();
      throw new IllegalStateException("jlink did not end");
    }
    if (linking.exitValue() != 0) {
      throw new IllegalStateException("jlink failed: " + words);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        List<Path> all = new ArrayList<>(files.toList());
        for (Path file : all.reversed()) {
          Files.delete(file);
        }
      }
    }
  }

  private static Path jar(String artifact) {
    return jars(artifact).getFirst();
  }

  /** The jars of the class path whose name begins so. */
  private static List<Path> jars(String beginning) {
    List<Path> found =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .filter(path -> path.getFileName().toString().matches(beginning + "-[a-z0-9.-]*jar"))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalStateException("no " + beginning + " on the class path");
    }
    return found;
  }
}
