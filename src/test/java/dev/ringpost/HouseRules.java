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
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The walls of the house, as rules about class files. They are made for a root package, so that a
 * test can hold each of them against a house that breaks it: a rule that cannot fail is none.
 */
final class HouseRules {

  /**
   * Each room and each alcove, a package inside a room, with what it may import besides itself.
   * None may import the hall. A room names its own alcoves too, if it uses them.
   */
  static final SortedMap<String, Set<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("call", Set.of()),
              Map.entry("call.findings", Set.of()),
              Map.entry("delivery", Set.of("call", "call.findings")),
              Map.entry("delivery.flood", Set.of("call", "call.findings", "delivery")),
              Map.entry("delivery.rings", Set.of("call", "delivery")),
              Map.entry(
                  "events",
                  Set.of("call", "call.findings", "delivery", "delivery.rings", "events.cloud")),
              Map.entry("events.cloud", Set.of("call")),
              Map.entry("intake", Set.of("call", "call.findings", "events", "telemetry")),
              Map.entry(
                  "directory",
                  Set.of(
                      "call",
                      "call.findings",
                      "delivery",
                      "events",
                      "events.cloud",
                      "polling",
                      "telemetry",
                      "directory.snapshot",
                      "directory.table")),
              Map.entry("directory.snapshot", Set.of("call.findings")),
              Map.entry("directory.table", Set.of("call")),
              Map.entry(
                  "apns",
                  Set.of(
                      "call",
                      "call.findings",
                      "delivery",
                      "telemetry",
                      "apns.credentials",
                      "apns.path",
                      "apns.payload",
                      "apns.wire")),
              Map.entry("apns.payload", Set.of("call", "call.findings")),
              Map.entry("apns.credentials", Set.of("call", "call.findings", "apns.payload")),
              Map.entry(
                  "apns.wire", Set.of("call", "delivery", "apns.credentials", "apns.payload")),
              Map.entry(
                  "apns.path",
                  Set.of("call", "call.findings", "delivery", "apns.credentials", "apns.wire")),
              Map.entry(
                  "apns.diagnosis",
                  Set.of(
                      "call",
                      "call.findings",
                      "delivery",
                      "apns.credentials",
                      "apns.path",
                      "apns.payload",
                      "apns.wire")),
              Map.entry(
                  "outbox",
                  Set.of(
                      "call",
                      "call.findings",
                      "delivery",
                      "delivery.rings",
                      "events",
                      "events.cloud",
                      "telemetry")),
              Map.entry(
                  "gateway",
                  Set.of(
                      "call", "call.findings", "events", "events.cloud", "polling", "telemetry")),
              Map.entry(
                  "live", Set.of("call", "delivery", "delivery.rings", "events", "telemetry")),
              Map.entry("polling", Set.of("telemetry")),
              Map.entry("telemetry", Set.of("call", "delivery", "delivery.rings")),
              Map.entry("admin", Set.of("call", "telemetry")),
              Map.entry(
                  "config",
                  Set.of(
                      "call",
                      "call.findings",
                      "apns.credentials",
                      "apns.payload",
                      "config.declaration")),
              Map.entry("config.declaration", Set.of()),
              Map.entry("tools.topics", Set.of("call", "call.findings", "config")),
              Map.entry("tools.check", Set.of("call", "call.findings", "config", "tools.topics")),
              Map.entry("tools.plan", Set.of("call", "config")),
              Map.entry("tools.records", Set.of("call", "tools.topics")),
              Map.entry(
                  "tools.events",
                  Set.of("call", "config", "events", "events.cloud", "tools.records")),
              Map.entry(
                  "tools.trace",
                  Set.of("call", "config", "events", "events.cloud", "apns.wire", "tools.records")),
              Map.entry(
                  "tools.dlq", Set.of("call", "config", "events", "events.cloud", "tools.records")),
              Map.entry(
                  "tools.push",
                  Set.of(
                      "call",
                      "config",
                      "apns.credentials",
                      "apns.diagnosis",
                      "apns.path",
                      "apns.payload")),
              Map.entry("cli.logging", Set.of("config")),
              Map.entry("cli.report", Set.of()),
              Map.entry(
                  "cli.operator",
                  Set.of(
                      "call",
                      "cli.report",
                      "config",
                      "tools.dlq",
                      "tools.events",
                      "tools.records",
                      "tools.trace")),
              Map.entry(
                  "cli",
                  Set.of(
                      "call",
                      "call.findings",
                      "cli.logging",
                      "cli.operator",
                      "cli.report",
                      "config",
                      "tools.check",
                      "tools.plan",
                      "tools.push"))));

  /** Single types of other rooms that a room may use: settings, and what examines them. */
  private static final Map<String, Set<String>> LENT =
      Map.of(
          "config",
          Set.of(
              "apns.path.ApnsSettings",
              "apns.path.ProxyCredentials",
              "delivery.DeliverySettings",
              "delivery.flood.FloodSettings",
              "delivery.RetryLadder",
              "directory.DirectorySettings",
              "directory.snapshot.SnapshotSettings",
              "events.CalleeAs",
              "events.RingSettings",
              "gateway.GatewaySettings",
              "intake.IntakeSettings",
              "outbox.OutboxSettings",
              "outbox.ResultFormat"),
          "tools.topics",
          Set.of("directory.DirectorySettings", "intake.IntakeSettings", "outbox.OutboxSettings"),
          "tools.check",
          Set.of(
              "apns.credentials.Credentials",
              "apns.diagnosis.ApnsCheck",
              "apns.path.ApnsSettings",
              "directory.DirectorySettings",
              "directory.ViewCheck",
              "directory.snapshot.SnapshotKey",
              "directory.snapshot.SnapshotSettings",
              "gateway.Gateway",
              "gateway.GatewaySettings",
              "intake.IntakeSettings",
              "outbox.OutboxSettings"),
          "tools.plan",
          Set.of("apns.path.ApnsSettings", "intake.IntakeSettings"),
          "tools.dlq",
          Set.of("intake.SettledOffsets"),
          "tools.trace",
          Set.of("delivery.ApnsResponse", "delivery.Verdict", "delivery.rings.RingVerdict"),
          "cli",
          Set.of("apns.diagnosis.PushEnd"),
          "cli.operator",
          Set.of("events.SignalType"));

  private final String root;

  HouseRules(String root) {
    this.root = root;
  }

  /** All rules about walls and libraries; {@link HabitRules} and {@link HouseShape} have others. */
  List<ArchRule> all() {
    List<ArchRule> rules = new ArrayList<>();
    ROOMS.forEach((room, allowed) -> rules.add(wall(room, allowed)));
    rules.addAll(libraries());
    rules.add(onlyTheVocabulary("call", "java..", "org.jspecify.."));
    rules.add(onlyTheVocabulary("call.findings", "java..", "org.jspecify.."));
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
    return LENT.getOrDefault(room, Set.of()).contains(nameInTheHouse(used));
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
        .matching(root + ".(**)")
        .should()
        .beFreeOfCycles()
        .as("rooms and alcoves import one another in no circle")
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
