package dev.ringpost.interleavings;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The outcome of an exploration in a JVM of its own. */
sealed interface Explored {

  /** Bound on one exploration. */
  Duration LONGEST = Duration.ofMinutes(4);

  /** The outcome that every schedule kept what was promised. */
  record Kept(int schedules) implements Explored {}

  /**
   * The outcome that one did not.
   *
   * @param seed of the schedule, which shows it again
   * @param schedule its number, from 1
   * @param words what was not kept
   */
  record Found(long seed, int schedule, String words) implements Explored {}

  /**
   * Explores a scenario.
   *
   * @param planted classes that go before the project's own, if a bug is planted
   * @param folder for what Fray and the scenario say
   * @throws IllegalStateException if the JVM did not come to an end that says anything
   */
  static Explored of(
      InstrumentedJdk jdk,
      Optional<Path> planted,
      String scenario,
      long seed,
      int schedules,
      Path folder)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path told = folder.resolve("told.txt");
    Files.deleteIfExists(told);
    List<String> command = new ArrayList<>(jdk.command(folder.resolve("fray")));
    String classPath = System.getProperty("java.class.path");
    command.addAll(
        List.of(
            "-classpath",
            planted.map(classes -> classes + File.pathSeparator + classPath).orElse(classPath),
            Exploration.class.getName(),
            scenario,
            Long.toString(seed),
            Integer.toString(schedules),
            told.toString(),
            folder.resolve("fray").toString()));
    Path said = folder.resolve("said.txt");
    Process playing =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      boolean ended = playing.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
      if (!ended || !Files.exists(told)) {
        throw new IllegalStateException(
            scenario + (ended ? " ended with " + playing.exitValue() : " did not end"));
      }
    } finally {
      playing.destroyForcibly();
    }
    return read(playing.exitValue(), Files.readString(told));
  }

  private static Explored read(int exit, String told) {
    if (exit == Exploration.KEPT) {
      return new Kept(Integer.parseInt(told));
    }
    String[] parts = told.split(" ", 3);
    return new Found(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), parts[2]);
  }
}
