package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HouseRulesTest {

  private static final String HOUSE = "dev.ringpost";
  private static final String RUIN = "dev.ringpost.testing.ruin";

  private static final JavaClasses HOUSE_CLASSES =
      new ClassFileImporter()
          .withImportOption(location -> location.contains("/target/classes/"))
          .importPackages(HOUSE);

  private static final Path DEVKIT = Path.of("src", "devkit", "java");

  /** A house in the test sources that breaks every rule. */
  private static final JavaClasses RUIN_CLASSES = new ClassFileImporter().importPackages(RUIN);

  /** Bounds that even a small house breaks. */
  private static final HouseShape OF_THE_RUIN = new HouseShape(2, 1);

  static List<ArchRule> rulesOfTheHouse() {
    List<ArchRule> rules = new ArrayList<>(new HouseRules(HOUSE).all());
    rules.addAll(HouseShape.OF_THE_HOUSE.all());
    rules.addAll(new ThreadRules(HOUSE).all());
    rules.addAll(new HabitRules(HOUSE).all());
    rules.add(new VisibilityRule(HOUSE).rule());
    return rules;
  }

  static List<ArchRule> rulesOfTheRuin() {
    List<ArchRule> rules = new ArrayList<>(new HouseRules(RUIN).all());
    rules.addAll(OF_THE_RUIN.all());
    rules.addAll(new ThreadRules(RUIN).all());
    rules.addAll(new HabitRules(RUIN).all());
    rules.add(new VisibilityRule(RUIN).rule());
    return rules;
  }

  @ParameterizedTest
  @MethodSource("rulesOfTheHouse")
  void theHouseKeeps(ArchRule rule) {
    assertThat(rule.evaluate(HOUSE_CLASSES).getFailureReport().getDetails())
        .as(rule.getDescription())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rulesOfTheRuin")
  void theRuinBreaks(ArchRule rule) {
    assertThat(rule.evaluate(RUIN_CLASSES).getFailureReport().getDetails()).isNotEmpty();
  }

  @Test
  void whatMayBeLentIsNoTrespass() {
    assertThat(
            rulesOfTheRuin().stream()
                .flatMap(
                    rule -> rule.evaluate(RUIN_CLASSES).getFailureReport().getDetails().stream()))
        .noneMatch(violation -> violation.contains("ReadsSettings"));
  }

  @Test
  void everyRoomOfThePlanIsBuilt() {
    Set<String> empty = new TreeSet<>(HousePlan.ROOMS.keySet());
    empty.removeAll(
        HOUSE_CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(HOUSE + "."))
            .map(name -> name.substring(HOUSE.length() + 1))
            .collect(Collectors.toSet()));

    assertThat(empty).isEmpty();
  }

  @Test
  void theDevkitUsesNoTestAndNoTestLibraryAndHoldsNothingThatOnlyTestsUse() throws IOException {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(location -> !location.contains("/target/classes/"))
            .importPackages(HOUSE);

    DevkitRule rule = DevkitRule.of(DEVKIT);
    assertThat(rule.types()).hasSizeGreaterThan(80);
    assertThat(rule.breaches(classes)).isEmpty();
    assertThat(rule.unused(classes)).isEmpty();
  }

  @Test
  void aDevkitThatUsesATestOrATestLibraryIsNamed() {
    Set<String> devkit =
        RUIN_CLASSES.stream()
            .map(JavaClass::getName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(new DevkitRule(devkit).breaches(RUIN_CLASSES))
        .contains(
            RUIN + ".unplanned.UsesTests uses dev.ringpost.testing.SettableClock",
            RUIN + ".unplanned.UsesTests uses org.junit.jupiter.api.Tag");
  }

  @Test
  void whatNoProgramOfTheDevkitUsesIsNamed() {
    String unplanned = RUIN + ".unplanned.";
    var rule =
        new DevkitRule(
            Set.of(unplanned + "Program", unplanned + "ShowsHidden", unplanned + "Unmarked"));

    assertThat(rule.unused(RUIN_CLASSES)).containsExactly(unplanned + "Unmarked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "devkit", "peers"})
  void noFileAndNoMethodIsLong(String root) throws IOException {
    assertThat(SourceShape.OF_THE_HOUSE.breaches(Path.of("src", root, "java"))).isEmpty();
  }

  @Test
  void noFileOfTestsIsLong() throws IOException {
    assertThat(SourceShape.OF_TESTS.breaches(Path.of("src", "test", "java"))).isEmpty();
  }

  @Test
  void aLongFileAndALongMethodAreNamed() throws IOException {
    Path ruin = Path.of("src", "test", "java").resolve(RUIN.replace('.', '/'));

    assertThat(new SourceShape(15, 2).breaches(ruin))
        .anyMatch(line -> line.endsWith("Ambient.java has 18 lines"))
        .anyMatch(line -> line.endsWith("Ambient.java: print has 3 lines"));
  }
}
