package dev.ringpost;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;

/**
 * The rule that other packages can name all that they can call: a public method or constructor of a
 * public type names no type that they do not see. A method reference to such a method compiles
 * elsewhere and fails when it runs.
 */
record VisibilityRule(String house) {

  ArchRule rule() {
    return classes()
        .should(nameOnlyWhatIsSeen())
        .as("what other packages can call names no type that they do not see");
  }

  private ArchCondition<JavaClass> nameOnlyWhatIsSeen() {
    return new ArchCondition<>("name only what is seen") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!isSeen(type)) {
          return;
        }
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (isPublic(unit)) {
            types(unit)
                .flatMap(named -> named.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .filter(named -> named.getPackageName().startsWith(house) && !isSeen(named))
                .distinct()
                .map(named -> unit.getFullName() + " names " + named.getName())
                .forEach(words -> events.add(SimpleConditionEvent.violated(type, words)));
          }
        }
      }
    };
  }

  private static Stream<JavaType> types(JavaCodeUnit unit) {
    return Stream.concat(unit.getParameterTypes().stream(), Stream.of(unit.getReturnType()));
  }

  private static boolean isPublic(JavaCodeUnit unit) {
    return unit.getModifiers().contains(JavaModifier.PUBLIC)
        && !unit.getModifiers().contains(JavaModifier.SYNTHETIC)
        && !unit.getModifiers().contains(JavaModifier.BRIDGE);
  }

  private static boolean isSeen(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(VisibilityRule::isSeen).orElse(true);
  }
}
