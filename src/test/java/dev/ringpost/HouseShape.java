package dev.ringpost;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * The bounds on a package's size, on circles of its types, and on their names, as rules about class
 * files. The bounds are handed in, so that a test can hold each rule against a house that breaks
 * it.
 *
 * @param filesInPackage bound on the files of a package
 * @param typesInCircle bound on the types of a package that need one another in a circle; a sealed
 *     type and what it permits do not count, and commands of the command line among themselves
 */
record HouseShape(int filesInPackage, int typesInCircle) {

  /** What holds for the house. */
  static final HouseShape OF_THE_HOUSE = new HouseShape(28, 3);

  List<ArchRule> all() {
    return List.of(
        classes()
            .should(foundIn("stand in a package of few files", this::largePackages))
            .as("a package has at most " + filesInPackage + " files"),
        classes()
            .should(foundIn("stand in no large circle", this::circles))
            .as("at most " + typesInCircle + " types of a package stand in one circle"),
        classes()
            .should(foundIn("have a name of their own", HouseShape::repeatedNames))
            .as("no two types have one name"),
        classes()
            .that()
            .areAssignableTo(Throwable.class)
            .should()
            .haveSimpleNameEndingWith("Exception")
            .as("the name of an exception ends so"));
  }

  private Set<String> largePackages(Set<JavaClass> types) {
    Map<String, Set<String>> files =
        types.stream()
            .collect(groupingBy(JavaClass::getPackageName, mapping(JavaClass::getName, toSet())));
    Set<String> found = new TreeSet<>();
    files.forEach(
        (name, inside) -> {
          if (inside.size() > filesInPackage) {
            found.add(name + " has " + inside.size() + " files");
          }
        });
    return found;
  }

  private static Set<String> repeatedNames(Set<JavaClass> types) {
    Map<String, Set<String>> packages = new TreeMap<>();
    for (JavaClass type : types) {
      if (!type.getSimpleName().equals("package-info")) {
        packages
            .computeIfAbsent(type.getSimpleName(), _ -> new TreeSet<>())
            .add(type.getPackageName());
      }
    }
    Set<String> found = new TreeSet<>();
    packages.forEach(
        (name, where) -> {
          if (where.size() > 1) {
            found.add(name + " stands in " + where);
          }
        });
    return found;
  }

  private Set<String> circles(Set<JavaClass> types) {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : types) {
      Set<JavaClass> circle = new HashSet<>(reached(type, HouseShape::needs));
      circle.removeIf(other -> !reached(other, HouseShape::needs).contains(type));
      if (circle.size() > typesInCircle) {
        found.add(new TreeSet<>(circle.stream().map(JavaClass::getSimpleName).toList()).toString());
      }
    }
    return found;
  }

  /** All that can be reached from a type, the type itself only if a way leads back. */
  private static Set<JavaClass> reached(
      JavaClass from, Function<JavaClass, Stream<JavaClass>> next) {
    Set<JavaClass> reached = new HashSet<>();
    Deque<JavaClass> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      next.apply(open.remove()).filter(reached::add).forEach(open::add);
    }
    return reached;
  }

  /** The other types of the package that a type needs, with all that is nested in it. */
  private static Stream<JavaClass> needs(JavaClass type) {
    return type.getPackage().getClasses().stream()
        .filter(part -> HouseRules.outermost(part).equals(type))
        .flatMap(part -> part.getDirectDependenciesFromSelf().stream())
        .map(dependency -> HouseRules.outermost(dependency.getTargetClass().getBaseComponentType()))
        .filter(other -> other.getPackageName().equals(type.getPackageName()))
        .filter(other -> !other.equals(type) && !areOneFamily(type, other))
        .distinct();
  }

  private static boolean areOneFamily(JavaClass type, JavaClass other) {
    return isSealedOver(type, other)
        || isSealedOver(other, type)
        || (isCommand(type) && isCommand(other));
  }

  private static boolean isCommand(JavaClass type) {
    return type.getPackage().getClasses().stream()
        .filter(part -> HouseRules.outermost(part).equals(type))
        .anyMatch(part -> part.isAnnotatedWith(Command.class));
  }

  private static boolean isSealedOver(JavaClass type, JavaClass other) {
    return type.reflect().isSealed()
        && List.of(type.reflect().getPermittedSubclasses()).contains(other.reflect());
  }

  private static ArchCondition<JavaClass> foundIn(
      String description, Function<Set<JavaClass>, Set<String>> search) {
    return new ArchCondition<>(description) {
      private final Set<JavaClass> types = new HashSet<>();

      @Override
      public void init(Collection<JavaClass> all) {
        types.clear();
        all.stream().filter(type -> type.getEnclosingClass().isEmpty()).forEach(types::add);
      }

      @Override
      public void check(JavaClass type, ConditionEvents events) {}

      @Override
      public void finish(ConditionEvents events) {
        search.apply(types).forEach(what -> events.add(SimpleConditionEvent.violated(types, what)));
      }
    };
  }
}
