package dev.ringpost.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.planted.PlantedBugs.Planting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The planted bugs and races still fit the code, and their runner sees one that nothing catches.
 */
class PlantedBugsTest {

  private static final int FEWEST = 20;

  private static final String HARMLESS =
      """
      A limit that is one higher is no mistake that the named test looks at.
      Tests: dev.ringpost.call.CallUuidTest
      --- a/src/main/java/dev/ringpost/call/VoipToken.java
      +++ b/src/main/java/dev/ringpost/call/VoipToken.java
      @@ -14,3 +14,3 @@

         /** Bound on a token, in bytes; today's have 32. */
      -  public static final int MAX_BYTES = 256;
      +  public static final int MAX_BYTES = 257;
      """;

  @TempDir Path folder;

  static List<PlantedBug> bugs() throws IOException {
    return PlantedBug.all();
  }

  static List<PlantedRace> races() throws IOException {
    return PlantedRace.all();
  }

  @Test
  void thereAreTwentyAtLeast() throws IOException {
    assertThat(bugs()).hasSizeGreaterThanOrEqualTo(FEWEST);
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void eachFitsTheCodeAndCompiles(PlantedBug bug) throws IOException {
    assertThat(bug.mistake()).isNotBlank();
    assertThat(bug.planted()).isNotEqualTo(Files.readString(bug.source()));
    new Bed(folder).plant(bug);
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void eachNamesTestsThatAreThere(PlantedBug bug) {
    assertThat(bug.tests())
        .allSatisfy(
            test ->
                assertThat(Class.forName(test, false, getClass().getClassLoader()).getSimpleName())
                    .endsWith("Test"));
  }

  @ParameterizedTest
  @MethodSource("races")
  void eachRaceFitsTheCodeAndCompiles(PlantedRace race) throws IOException {
    assertThat(race.hasScenario()).as(race.scenario()).isTrue();
    race.plant(folder);
  }

  @Test
  void oneThatNoTestCatchesIsToldAsASurvivor() throws Exception {
    PlantedBug harmless = PlantedBug.of("harmless", HARMLESS.lines().toList());

    List<Planting> plantings = PlantedBugs.plant(List.of(harmless), folder);

    assertThat(plantings).hasSize(1).noneMatch(Planting::caught);
  }

  @Test
  void thePageHasARowForEach() throws IOException {
    String page = Files.readString(PlantedBugs.PAGE);

    assertThat(bugs())
        .allSatisfy(
            bug -> assertThat(page).contains("| `" + bug.name() + "` | " + bug.mistake() + " | `"));
  }

  @Test
  void aPatchThatDoesNotFitIsAnErrorThatNamesItsFile() {
    PlantedBug stale =
        PlantedBug.of("stale", HARMLESS.replace("Bound on a token", "As it was").lines().toList());

    assertThatThrownBy(stale::planted)
        .hasMessageContaining("stale.patch")
        .hasMessageContaining("VoipToken");
  }
}
