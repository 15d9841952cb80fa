package dev.ringpost.planted;

import dev.ringpost.planted.Bed.Harvest;
import dev.ringpost.testing.GeneratedSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A program that plants each bug in turn and says which test caught it, in which time. Exit code 0:
 * every bug was caught; 1: one survived, or its tests could not be run, or fail without it.
 */
final class PlantedBugs {

  private static final int CAUGHT_ALL = 0;
  private static final int NOT_ALL = 1;

  /** Bound on the bugs that are planted at once, each in processes of its own. */
  private static final int AT_ONCE = 2;

  private static final Path FOLDER = Path.of("target", "planted");

  /** The place of the table in the page. */
  static final String SECTION = "planted bugs";

  static final Path PAGE = Path.of("docs", "reliability.md");

  /** The end of one bug. */
  record Planting(PlantedBug bug, Harvest harvest, Duration took) {

    boolean caught() {
      return harvest instanceof Harvest.Failed;
    }
  }

  private PlantedBugs() {}

  /**
   * Plants and prints.
   *
   * @param names of bugs to plant; all if there are none
   */
  public static void main(String[] names) throws Exception {
    List<String> wanted = Stream.of(names).filter(name -> !name.isBlank()).toList();
    boolean update = Boolean.getBoolean("update.docs");
    if (update && !wanted.isEmpty()) {
      System.err.println("the page's table is of all bugs: leave out -Dplanted, or -Dupdate.docs");
      System.exit(NOT_ALL);
    }
    List<PlantedBug> bugs =
        PlantedBug.all().stream()
            .filter(bug -> wanted.isEmpty() || wanted.contains(bug.name()))
            .toList();
    List<Planting> plantings = plant(bugs, FOLDER);
    if (update) {
      new GeneratedSection(PAGE, SECTION).isUpToDateWith(table(plantings));
    }
    boolean all = !bugs.isEmpty() && plantings.stream().allMatch(Planting::caught);
    System.exit(all ? CAUGHT_ALL : NOT_ALL);
  }

  /** Plants each bug alone, and runs its tests; none if its tests fail without a bug. */
  static List<Planting> plant(List<PlantedBug> bugs, Path folder)
      throws IOException, InterruptedException, ExecutionException {
    List<Planting> plantings = new ArrayList<>();
    if (!areSound(bugs, folder)) {
      return plantings;
    }
    try (ExecutorService beds = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Planting>> growing =
          bugs.stream()
              .map(bug -> beds.submit(() -> planted(bug, folder.resolve(bug.name()))))
              .toList();
      for (Future<Planting> one : growing) {
        Planting planting = one.get();
        plantings.add(planting);
        System.out.printf(
            "%-8s %-44s %6s  %s%n",
            planting.caught() ? "caught" : "SURVIVED",
            planting.bug().name(),
            seconds(planting.took()),
            words(planting.harvest()));
      }
    }
    long caught = plantings.stream().filter(Planting::caught).count();
    System.out.printf("%d of %d caught%n", caught, bugs.size());
    return plantings;
  }

  /** A test that fails anyway catches nothing. */
  private static boolean areSound(List<PlantedBug> bugs, Path folder)
      throws InterruptedException, ExecutionException {
    var bed = new Bed(folder.resolve("sound"));
    List<String> tests = bugs.stream().flatMap(bug -> bug.tests().stream()).distinct().toList();
    boolean all = true;
    try (ExecutorService beds = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Boolean>> growing =
          tests.stream().map(test -> beds.submit(() -> isSound(test, bed))).toList();
      for (Future<Boolean> one : growing) {
        all &= one.get();
      }
    }
    return all;
  }

  private static boolean isSound(String test, Bed bed) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Harvest harvest = bed.run(List.of(test));
    // Once more, for a machine may be so busy that a push waits too long.
    boolean isSound =
        harvest instanceof Harvest.Passed || bed.run(List.of(test)) instanceof Harvest.Passed;
    System.out.printf(
        isSound ? "sound    %s, %s, %s%n" : "without a bug: %s: %s, %s%n",
        test,
        words(harvest),
        seconds(since(begun)));
    return isSound;
  }

  /** The page's table: what was planted, and which test failed. */
  private static String table(List<Planting> plantings) {
    var table = new StringBuilder("| planted | what it does | caught by |\n|---|---|---|\n");
    for (Planting planting : plantings) {
      table.append(
          "| `%s` | %s | %s |\n"
              .formatted(
                  planting.bug().name(),
                  planting.bug().mistake(),
                  planting.caught() ? "`" + words(planting.harvest()) + "`" : "**nothing**"));
    }
    return table.toString();
  }

  private static Planting planted(PlantedBug bug, Path classes)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Harvest harvest = harvest(bug, classes);
    return new Planting(bug, harvest, since(begun));
  }

  private static Harvest harvest(PlantedBug bug, Path classes)
      throws IOException, InterruptedException {
    try {
      var bed = new Bed(classes);
      bed.plant(bug);
      return bed.run(bug.tests());
    } catch (IllegalStateException e) {
      return new Harvest.Broken(String.valueOf(e.getMessage()));
    } finally {
      delete(classes);
    }
  }

  private static String words(Harvest harvest) {
    return switch (harvest) {
      case Harvest.Passed(int tests) -> "all " + tests + " tests pass";
      case Harvest.Failed(String test) -> test;
      case Harvest.Broken(String why) -> why;
    };
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
