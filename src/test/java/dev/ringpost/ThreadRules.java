package dev.ringpost;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.netty.channel.EventLoop;
import java.util.List;

/** The rules about class files that say which code must assert its thread. */
record ThreadRules(String house) {

  /** Types that hold the loop so that others need not be on it. */
  private static final String DOORS = ".*\\.(ApnsPushSender|OneShotClient)";

  List<ArchRule> all() {
    return List.of(
        classes()
            .that()
            .resideInAPackage(house + ".apns..")
            .and()
            .haveNameNotMatching(DOORS)
            .should(assertTheLoop())
            .as("a command to what lives on an event loop asserts that it is called there"));
  }

  private static ArchCondition<JavaClass> assertTheLoop() {
    return new ArchCondition<>("assert the loop") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean livesOnALoop =
            type.getFields().stream()
                .anyMatch(field -> field.getRawType().isEquivalentTo(EventLoop.class));
        if (livesOnALoop) {
          type.getMethods().stream()
              .filter(ThreadRules::isCommand)
              .filter(method -> !asksForTheLoop(method))
              .map(method -> method.getFullName() + " does not assert its thread")
              .forEach(words -> events.add(SimpleConditionEvent.violated(type, words)));
        }
      }
    };
  }

  private static boolean isCommand(JavaMethod method) {
    return method.getRawReturnType().getName().equals("void")
        && !method.getModifiers().contains(JavaModifier.PRIVATE)
        && !method.getModifiers().contains(JavaModifier.STATIC)
        && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
        && !method.getOwner().isAnonymousClass();
  }

  private static boolean asksForTheLoop(JavaMethod method) {
    return method.getMethodCallsFromSelf().stream()
        .anyMatch(call -> call.getTarget().getName().equals("inEventLoop"));
  }
}
