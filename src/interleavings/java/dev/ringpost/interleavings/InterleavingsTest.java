package dev.ringpost.interleavings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringpost.planted.PlantedRace;
import dev.ringpost.testing.GeneratedSection;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Every scenario keeps what it promises in thousands of schedules, and each planted race is found
 * in fewer, and found again by its seed. Properties: {@code interleavings.schedules}, {@code
 * interleavings.seed} of the first schedule, {@code interleavings.scenario} to play one alone.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class InterleavingsTest {

  private static final int SCHEDULES = Integer.getInteger("interleavings.schedules", 2_000);
  private static final long SEED = Long.getLong("interleavings.seed", 1);
  private static final String ONLY = System.getProperty("interleavings.scenario", "");

  /** Bound on the schedules in which a planted race must be found. */
  private static final int FOUND_WITHIN = 3_000;

  private static final Path FOLDER = Path.of("target", "interleavings").toAbsolutePath();

  private static final String HEAD =
      """
      | planted | what it does | found by | in schedule |
      |---|---|---|---|
      """;

  private static final Map<String, String> ROWS = new TreeMap<>();

  @TempDir Path planted;

  @BeforeAll
  static void isPossible() {
    Optional<String> lack = InstrumentedJdk.lack();
    lack.ifPresent(
        words ->
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
                .println("LEFT OUT: InterleavingsTest, because " + words));
    assumeTrue(lack.isEmpty(), () -> lack.orElse(""));
  }

  @AfterAll
  static void tellWhatWasFound() throws IOException {
    if (Boolean.getBoolean("update.docs")) {
      new GeneratedSection(Path.of("docs", "reliability.md"), "planted races")
          .isUpToDateWith(HEAD + String.join("\n", ROWS.values()) + "\n");
    }
  }

  static List<String> scenarios() {
    return ReflectionSupport.findAllClassesInPackage(
            "dev.ringpost",
            type -> Scenario.class.isAssignableFrom(type) && !type.isInterface(),
            name -> true)
        .stream()
        .filter(type -> ONLY.isEmpty() || type.getSimpleName().equals(ONLY))
        .map(Class::getName)
        .sorted()
        .toList();
  }

  static List<PlantedRace> races() throws IOException {
    return PlantedRace.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everyScheduleKeepsThePromises(String scenario) throws Exception {
    var explored =
        Explored.of(
            InstrumentedJdk.in(FOLDER),
            Optional.empty(),
            scenario,
            SEED,
            SCHEDULES,
            FOLDER.resolve(scenario));

    assertThat(explored)
        .as(
            "target/interleavings/%s/said.txt has the threads; again by mvn test -Pinterleavings"
                + " -Dinterleavings.scenario=%s -Dinterleavings.seed=<seed>"
                + " -Dinterleavings.schedules=1",
            scenario, scenario.substring(scenario.lastIndexOf('.') + 1))
        .isEqualTo(new Explored.Kept(SCHEDULES));
  }

  @ParameterizedTest
  @MethodSource("races")
  void aPlantedRaceIsFoundAndFoundAgainByItsSeed(PlantedRace race) throws Exception {
    assumeTrue(ONLY.isEmpty());
    InstrumentedJdk jdk = InstrumentedJdk.in(FOLDER);
    race.plant(planted);
    Path folder = FOLDER.resolve(race.toString());

    Explored explored =
        Explored.of(jdk, Optional.of(planted), race.scenario(), SEED, FOUND_WITHIN, folder);
    assertThat(explored).isInstanceOf(Explored.Found.class);
    var found = (Explored.Found) explored;
    ROWS.put(
        race.toString(),
        "| `%s` | %s | `%s` | %d |"
            .formatted(
                race,
                race.mistake(),
                race.scenario().substring(race.scenario().lastIndexOf('.') + 1),
                found.schedule()));

    assertThat(Explored.of(jdk, Optional.of(planted), race.scenario(), found.seed(), 1, folder))
        .isEqualTo(new Explored.Found(found.seed(), 1, found.words()));
  }
}
