package dev.ringpost;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.NullMarked;

/** The habits of code everywhere in the project, as rules about class files. */
record HabitRules(String root) {

  /** Words that say nothing about a class; a trust manager is called so by JSSE. */
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

  List<ArchRule> all() {
    return List.of(
        everyPackageIsNullMarked(),
        everyClassIsClosed(),
        noFillerNames(),
        ambientIsHandedIn(),
        onlyTheCommandLinePrints());
  }

  private static ArchRule everyPackageIsNullMarked() {
    return classes()
        .should(
            HouseRules.fulfil(
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
            HouseRules.fulfil(
                "be final or sealed",
                type ->
                    type.getModifiers().contains(JavaModifier.FINAL) || type.reflect().isSealed()));
  }

  private static ArchRule noFillerNames() {
    return classes()
        .should(
            HouseRules.fulfil(
                "have a name that says something",
                type ->
                    !FILLER.matcher(type.getSimpleName()).matches()
                        || type.isAssignableTo(TrustManager.class)));
  }

  private ArchRule ambientIsHandedIn() {
    return noClasses()
        .that(DescribedPredicate.not(inTheHall()))
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
    return resideInAPackage(root + "." + room);
  }

  private DescribedPredicate<JavaClass> inTheHall() {
    return resideInAPackage(root);
  }

  private DescribedPredicate<JavaClass> inTheHall(String name) {
    return DescribedPredicate.describe(
        "are " + name + " in the hall",
        type -> HouseRules.outermost(type).getName().equals(root + "." + name));
  }

  private static DescribedPredicate<AccessTarget> named(Pattern pattern) {
    return DescribedPredicate.describe(
        "match " + pattern,
        target ->
            pattern.matcher(target.getOwner().getFullName() + "." + target.getName()).matches());
  }
}
