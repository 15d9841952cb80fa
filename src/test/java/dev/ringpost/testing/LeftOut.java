package dev.ringpost.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** The condition behind {@link Needs}. */
final class LeftOut implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
        .map(Needs::value)
        .map(need -> evaluate(need, name(context)))
        .orElseGet(() -> ConditionEvaluationResult.enabled("needs nothing"));
  }

  private static String name(ExtensionContext context) {
    String name = context.getRequiredTestClass().getSimpleName();
    return context.getTestMethod().map(method -> name + "#" + method.getName()).orElse(name);
  }

  private static ConditionEvaluationResult evaluate(Need need, String test) {
    if (need.isMet()) {
      return ConditionEvaluationResult.enabled(need + " is there");
    }
    BuildConsole.print("LEFT OUT: " + test + ", because " + need.lack());
    return ConditionEvaluationResult.disabled(need.lack());
  }
}
