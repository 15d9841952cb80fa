package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HouseRulesTest {

  private static final String HOUSE = "dev.ringpost";
  private static final String RUIN = "dev.ringpost.testing.ruin";

  private static final JavaClasses HOUSE_CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(HOUSE);

  /** A house in the test sources that breaks every rule. */
  private static final JavaClasses RUIN_CLASSES = new ClassFileImporter().importPackages(RUIN);

  static List<ArchRule> rulesOfTheHouse() {
    return new HouseRules(HOUSE).all();
  }

  static List<ArchRule> rulesOfTheRuin() {
    return new HouseRules(RUIN).all();
  }

  @ParameterizedTest
  @MethodSource("rulesOfTheHouse")
  void theHouseKeeps(ArchRule rule) {
    rule.check(HOUSE_CLASSES);
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
    Set<String> empty = new TreeSet<>(HouseRules.ROOMS.keySet());
    empty.removeAll(
        HOUSE_CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(HOUSE + "."))
            .map(name -> name.substring(HOUSE.length() + 1))
            .collect(Collectors.toSet()));

    assertThat(empty).isEmpty();
  }
}
