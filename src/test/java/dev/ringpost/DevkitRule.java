package dev.ringpost;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The wall between the devkit and the tests, which are compiled together: the devkit ships and is
 * run by itself, so it uses the house and libraries that are no test's, and holds nothing that only
 * tests use.
 *
 * @param types names of the devkit's outermost types
 */
record DevkitRule(Set<String> types) {

  private static final Pattern TEST_LIBRARY =
      Pattern.compile("(org\\.(junit|assertj|awaitility|testcontainers)|com\\.tngtech)\\..*");

  private static final Path MAIN = Path.of("src", "main", "java");

  /** The rule for what stands below a source root. */
  static DevkitRule of(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return new DevkitRule(
          files
              .map(file -> sources.relativize(file).toString())
              .filter(file -> file.endsWith(".java"))
              .map(file -> file.replace(".java", "").replace('/', '.'))
              .collect(Collectors.toSet()));
    }
  }

  /** What uses a test or a library for tests, one line for each. */
  Set<String> breaches(JavaClasses classes) {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : classes) {
      String user = outermost(type);
      if (types.contains(user)) {
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> outermost(dependency.getTargetClass().getBaseComponentType()))
            .filter(this::isOfTests)
            .forEach(used -> found.add(user + " uses " + used));
      }
    }
    return found;
  }

  /** What no program of the devkit uses, so that it belongs to the tests. */
  Set<String> unused(JavaClasses classes) {
    Map<String, Set<String>> uses = new HashMap<>();
    Deque<String> left = new ArrayDeque<>();
    for (JavaClass type : classes) {
      String user = outermost(type);
      if (types.contains(user)) {
        Set<String> used = uses.computeIfAbsent(user, _ -> new TreeSet<>());
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> outermost(dependency.getTargetClass().getBaseComponentType()))
            .filter(types::contains)
            .forEach(used::add);
        if (type.tryGetMethod("main", String[].class).isPresent()) {
          left.add(user);
        }
      }
    }
    Set<String> unused = new TreeSet<>(uses.keySet());
    while (!left.isEmpty()) {
      String user = left.pop();
      if (unused.remove(user)) {
        left.addAll(uses.get(user));
      }
    }
    unused.removeIf(type -> type.endsWith(".package-info"));
    return unused;
  }

  private boolean isOfTests(String used) {
    return TEST_LIBRARY.matcher(used).matches()
        || (used.startsWith("dev.ringpost.")
            && !types.contains(used)
            && !Files.exists(MAIN.resolve(used.replace('.', '/') + ".java")));
  }

  private static String outermost(JavaClass type) {
    return HouseRules.outermost(type).getName().replaceFirst("\\$.*", "");
  }
}
