package dev.ringpost;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/**
 * The walls of the house, as rules about class files. They are made for a root package, so that a
 * test can hold each of them against a house that breaks it: a rule that cannot fail is none.
 */
final class HouseRules {

  /** Each room, and the rooms that it may import besides itself. None may import the hall. */
  static final SortedMap<String, Set<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("call", Set.of()),
              Map.entry("delivery", Set.of("call")),
              Map.entry("intake", Set.of("call", "telemetry")),
              Map.entry("directory", Set.of("call", "delivery", "telemetry")),
              Map.entry("apns", Set.of("call", "delivery", "telemetry")),
              Map.entry("outbox", Set.of("call", "delivery", "telemetry")),
              Map.entry("telemetry", Set.of("call", "delivery")),
              Map.entry("admin", Set.of("call", "telemetry")),
              Map.entry("config", Set.of("call")),
              Map.entry("tools", Set.of("call", "config")),
              Map.entry("cli", Set.of("config", "tools"))));

  /**
   * The rooms through which records and pushes pass; some classes of theirs may be used by others.
   */
  private static final Set<String> WORKING_ROOMS = Set.of("intake", "directory", "apns", "outbox");

  /** Words that say nothing about a class. */
  private static final Pattern FILLER =
      Pattern.compile(".*(Utils?|Manager|Helper|Impl)|(Abstract|Base|Common)([A-Z].*)?");

  /** What must be handed in, for a test cannot hold it: clocks, environment, chance, waits. */
  private static final Pattern AMBIENT =
      Pattern.compile(
          "java\\.time\\.(Instant|Local\\w*|Zoned\\w*|Offset\\w*|Year\\w*)\\.now"
              + "|java\\.time\\.(Clock|InstantSource)\\.system\\w*"
              + "|java\\.lang\\.System\\.(currentTimeMillis|getenv|exit)"
              + "|java\\.lang\\.Runtime\\.(exit|halt)"
              + "|java\\.lang\\.Thread\\.sleep"
              + "|java\\.util\\.concurrent\\.TimeUnit\\.sleep"
              + "|java\\.lang\\.Math\\.random"
              + "|java\\.util\\.UUID\\.randomUUID"
              + "|java\\.util\\.(Random|SplittableRandom)\\.<init>"
              + "|java\\.util\\.concurrent\\.ThreadLocalRandom\\.current");

  private static final Pattern PRINTING =
      Pattern.compile("java\\.lang\\.System\\.(out|err)|java\\.lang\\..*\\.printStackTrace");

  private final String root;

  HouseRules(String root) {
    this.root = root;
  }

  /** All rules. */
  List<ArchRule> all() {
    List<ArchRule> rules = new ArrayList<>();
    ROOMS.forEach((room, allowed) -> rules.add(wall(room, allowed)));
    rules.addAll(libraries());
    rules.add(onlyTheVocabulary("call", "java..", "org.jspecify.."));
    rules.add(onlyTheVocabulary("delivery", "java..", "org.jspecify..", "org.slf4j.."));
    rules.add(noFilesIn("call"));
    rules.add(noFilesIn("delivery"));
    rules.add(noCycles());
    rules.add(everyPackageIsARoom());
    rules.add(everyPackageIsNullMarked());
    rules.add(everyClassIsClosed());
    rules.add(noFillerNames());
    rules.add(ambientIsHandedIn());
    rules.add(onlyTheCommandLinePrints());
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
                    && !lentTo(room, used));
    return noClasses()
        .that(inRoom(room))
        .should()
        .dependOnClassesThat(forbidden)
        .as("room " + room + " imports no room but " + new TreeSet<>(allowed))
        .allowEmptyShould(true);
  }

  /** Settings are read by config and used by tools; tools asks with the rooms' own probes. */
  private boolean lentTo(String room, JavaClass used) {
    if (WORKING_ROOMS.stream().noneMatch(working -> inRoom(working).test(used))) {
      return false;
    }
    String name = outermost(used).getSimpleName();
    return switch (room) {
      case "config" -> name.endsWith("Settings");
      case "tools" -> name.endsWith("Settings") || name.endsWith("Probe");
      default -> false;
    };
  }

  private List<ArchRule> libraries() {
    return List.of(
        library("Pushy and Netty", Set.of("apns"), Set.of(), "com.eatthepath..", "io.netty.."),
        // telemetry takes a client only to publish its metrics: Micrometer wants the client itself;
        // tools has no consumer, but its admin client takes an offset to commit from there
        library(
            "Kafka's consumer",
            Set.of("intake", "directory", "telemetry", "tools"),
            Set.of("KafkaSettingsCheck"),
            "org.apache.kafka.clients.consumer.."),
        library(
            "Kafka's producer",
            Set.of("outbox", "telemetry"),
            Set.of("KafkaSettingsCheck"),
            "org.apache.kafka.clients.producer.."),
        library(
            "Kafka's admin client",
            Set.of("directory", "tools"),
            Set.of("Worker", "KafkaSettingsCheck"),
            "org.apache.kafka.clients.admin.."),
        library(
            "Micrometer",
            Set.of("telemetry", "admin"),
            Set.of("Worker"),
            "io.micrometer..",
            "io.prometheus.."),
        library(
            "Jackson",
            Set.of("intake", "directory", "apns", "outbox", "config", "admin", "tools", "cli"),
            Set.of(),
            "com.fasterxml.."),
        library("Bouncy Castle", Set.of("apns"), Set.of(), "org.bouncycastle.."),
        library("picocli", Set.of("cli"), Set.of("Main"), "picocli.."),
        library(
            "SmallRye Config and YAML",
            Set.of("config"),
            Set.of(),
            "io.smallrye..",
            "org.eclipse.microprofile..",
            "org.yaml.."));
  }

  private ArchRule library(
      String name, Set<String> rooms, Set<String> hallClasses, String... packages) {
    DescribedPredicate<JavaClass> allowed =
        DescribedPredicate.describe(
            "may use " + name,
            user ->
                rooms.stream().anyMatch(room -> inRoom(room).test(user))
                    || hallClasses.stream().anyMatch(one -> inTheHall(one).test(user)));
    return noClasses()
        .that(DescribedPredicate.not(allowed))
        .should()
        .dependOnClassesThat(resideInAnyPackage(packages))
        .as(
            name
                + " only in "
                + new TreeSet<>(rooms)
                + " and of the hall "
                + new TreeSet<>(hallClasses));
  }

  private ArchRule onlyTheVocabulary(String room, String... packages) {
    DescribedPredicate<JavaClass> known = resideInAnyPackage(packages).or(inRoom(room));
    for (String allowed : ROOMS.getOrDefault(room, Set.of())) {
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
        .matching(root + ".(*)..")
        .should()
        .beFreeOfCycles()
        .as("rooms import one another in no circle")
        .allowEmptyShould(true);
  }

  private ArchRule everyPackageIsARoom() {
    Set<String> known = new HashSet<>();
    known.add(root);
    ROOMS.keySet().forEach(room -> known.add(root + "." + room));
    return classes()
        .should(
            fulfil(
                "stand in the hall or in a room of the plan",
                type -> known.contains(type.getPackageName())));
  }

  private static ArchRule everyPackageIsNullMarked() {
    return classes()
        .should(
            fulfil(
                "stand in a package that is @NullMarked",
                type ->
                    type.getPackage()
                        .tryGetPackageInfo()
                        .map(info -> info.isAnnotatedWith(NullMarked.class))
                        .orElse(false)));
  }

  private static ArchRule everyClassIsClosed() {
    return classes()
        .that(
            DescribedPredicate.describe(
                "have a body of their own",
                type ->
                    !type.isInterface()
                        && !type.isEnum()
                        && !type.isAnonymousClass()
                        && !type.getModifiers().contains(JavaModifier.SYNTHETIC)))
        .should(
            fulfil(
                "be final or sealed",
                type ->
                    type.getModifiers().contains(JavaModifier.FINAL) || type.reflect().isSealed()));
  }

  private static ArchRule noFillerNames() {
    return classes()
        .should(
            fulfil(
                "have a name that says something",
                type -> !FILLER.matcher(type.getSimpleName()).matches()));
  }

  private ArchRule ambientIsHandedIn() {
    return noClasses()
        .that(DescribedPredicate.not(inTheHall()))
        .and(DescribedPredicate.not(inRoom("config")))
        .should()
        .accessTargetWhere(target(named(AMBIENT)))
        .as("clock, environment, chance and the end of the process are handed in");
  }

  /** Main too touches the streams, to hand them to the command line. */
  private ArchRule onlyTheCommandLinePrints() {
    return noClasses()
        .that(DescribedPredicate.not(inRoom("cli")))
        .and(DescribedPredicate.not(inTheHall("Main")))
        .should()
        .accessTargetWhere(target(named(PRINTING)))
        .as("only the command line prints");
  }

  private DescribedPredicate<JavaClass> inRoom(String room) {
    return resideInAPackage(root + "." + room + "..");
  }

  private DescribedPredicate<JavaClass> inTheHall() {
    return resideInAPackage(root);
  }

  private DescribedPredicate<JavaClass> inTheHall(String name) {
    return DescribedPredicate.describe(
        "are " + name + " in the hall",
        type -> type.getPackageName().equals(root) && outermost(type).getSimpleName().equals(name));
  }

  private static DescribedPredicate<AccessTarget> named(Pattern pattern) {
    return DescribedPredicate.describe(
        "match " + pattern,
        target ->
            pattern.matcher(target.getOwner().getFullName() + "." + target.getName()).matches());
  }

  private static JavaClass outermost(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }

  private static ArchCondition<JavaClass> fulfil(
      String description, Predicate<JavaClass> condition) {
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
