package dev.ringpost;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The walls of the house, as rules about class files. They are made for a root package, so that a
 * test can hold each of them against a house that breaks it: a rule that cannot fail is none.
 */
final class HouseRules {

  private final String root;

  HouseRules(String root) {
    this.root = root;
  }

  /** All rules about walls and libraries; {@link HabitRules} and {@link HouseShape} have others. */
  List<ArchRule> all() {
    List<ArchRule> rules = new ArrayList<>();
    HousePlan.ROOMS.forEach((room, allowed) -> rules.add(wall(room, allowed)));
    rules.addAll(libraries());
    rules.add(onlyTheVocabulary("call", "java..", "org.jspecify.."));
    rules.add(onlyTheVocabulary("call.findings", "java..", "org.jspecify.."));
    rules.add(onlyTheVocabulary("call.trace", "java..", "org.jspecify.."));
    rules.add(
        onlyTheVocabulary(
            "delivery",
            "java..",
            "org.jspecify..",
            "com.google.errorprone.annotations..",
            "org.slf4j.."));
    rules.add(noFilesIn("call"));
    rules.add(noFilesIn("delivery"));
    rules.add(noCycles());
    rules.add(everyPackageIsARoom());
    return rules;
  }

  private ArchRule wall(String room, Set<String> allowed) {
    DescribedPredicate<JavaClass> forbidden =
        DescribedPredicate.describe(
            "stand in another room than " + new TreeSet<>(allowed),
            used ->
                resideInAPackage(root + "..").test(used)
                    && !inRoom(room).test(used)
                    && allowed.stream().noneMatch(other -> inRoom(other).test(used))
                    && !isLentTo(room, used));
    return noClasses()
        .that(inRoom(room))
        .should()
        .dependOnClassesThat(forbidden)
        .as("room " + room + " imports no room but " + new TreeSet<>(allowed))
        .allowEmptyShould(true);
  }

  private boolean isLentTo(String room, JavaClass used) {
    return HousePlan.LENT.getOrDefault(room, Set.of()).contains(nameInTheHouse(used));
  }

  private List<ArchRule> libraries() {
    return LibraryWall.ALL.stream().map(this::library).toList();
  }

  private ArchRule library(LibraryWall wall) {
    Set<String> users = wall.users();
    DescribedPredicate<JavaClass> allowed =
        DescribedPredicate.describe(
            "may use " + wall.name(),
            user ->
                users.contains(nameInTheHouse(user))
                    || users.stream().anyMatch(room -> inRoom(room).test(user)));
    return noClasses()
        .that(DescribedPredicate.not(allowed))
        .should()
        .dependOnClassesThat(resideInAnyPackage(wall.packages().toArray(String[]::new)))
        .as(wall.name() + " only in " + new TreeSet<>(users));
  }

  private ArchRule onlyTheVocabulary(String room, String... packages) {
    DescribedPredicate<JavaClass> known = resideInAnyPackage(packages).or(inRoom(room));
    for (String allowed : HousePlan.ROOMS.getOrDefault(room, Set.of())) {
      known = known.or(inRoom(allowed));
    }
    return classes()
        .that(inRoom(room))
        .should()
        .onlyDependOnClassesThat(known.or(primitivesAndArrays()))
        .as("room " + room + " knows no library but " + List.of(packages))
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaClass> primitivesAndArrays() {
    return DescribedPredicate.describe(
        "are primitives or arrays of them", type -> type.getBaseComponentType().isPrimitive());
  }

  private ArchRule noFilesIn(String room) {
    return noClasses()
        .that(inRoom(room))
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.net.."))
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.File.*")
        .as("room " + room + " knows no files and no network")
        .allowEmptyShould(true);
  }

  private ArchRule noCycles() {
    return slices()
        .matching(root + ".(**)")
        .should()
        .beFreeOfCycles()
        .as("rooms and alcoves import one another in no circle")
        .allowEmptyShould(true);
  }

  private ArchRule everyPackageIsARoom() {
    Set<String> known = new HashSet<>();
    known.add(root);
    HousePlan.ROOMS.keySet().forEach(room -> known.add(root + "." + room));
    return classes()
        .should(
            fulfil(
                "stand in the hall or in a room of the plan",
                type -> known.contains(type.getPackageName())));
  }

  private DescribedPredicate<JavaClass> inRoom(String room) {
    return resideInAPackage(root + "." + room);
  }

  /** The outermost type's name below the root. */
  private String nameInTheHouse(JavaClass type) {
    String name = outermost(type).getName();
    return name.startsWith(root + ".") ? name.substring(root.length() + 1) : name;
  }

  static JavaClass outermost(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }

  static ArchCondition<JavaClass> fulfil(String description, Predicate<JavaClass> condition) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        events.add(
            new SimpleConditionEvent(
                type, condition.test(type), type.getFullName() + " does not " + description));
      }
    };
  }
}
