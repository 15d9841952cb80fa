package dev.ringpost.tools.plan;

import dev.ringpost.apns.path.ApnsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The warnings about a plan: what breaks first, and what to do. */
final class PlanWarnings {

  private static final double PLANNED = Assumption.PLANNED_SHARE.share();

  private PlanWarnings() {}

  static List<String> of(Plan plan) {
    List<String> warnings = new ArrayList<>();
    FleetSize size = plan.size();
    if (size.pods() == 1) {
      warnings.add(
          "one pod: no phone rings while it is away, which is "
              + Unit.SECONDS.text(plan.start())
              + " and longer; plan two");
    }
    share(
        warnings,
        "a pod must push " + Unit.PER_SECOND.text(plan.pushesPerPod()),
        plan.pushesPerPod() / Assumption.PUSHES_PER_POD.value(),
        "more pods");
    share(
        warnings,
        "a pod's streams are too few with at most " + ApnsSettings.MAX_CONNECTIONS + " connections",
        size.streamsUsed(),
        "more pods");
    share(warnings, "a pod's permits are too few", size.permitsUsed(), "more pods");
    if (size.partitions() < size.pods()) {
      warnings.add(
          "%,d pods have no partition of the invites: plan at least as many partitions as pods"
              .formatted(size.pods() - size.partitions()));
    }
    devices(warnings, plan);
    return warnings;
  }

  private static void share(List<String> warnings, String what, double used, String fix) {
    if (used > PLANNED * (1 + 1e-9)) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s, %.0f %% of what it can where %.0f %% are planned: plan %s",
              what,
              used * 100,
              PLANNED * 100,
              fix));
    }
  }

  private static void devices(List<String> warnings, Plan plan) {
    double most = Assumption.LARGEST_TABLE.value();
    if (plan.demand().devicesOfCell() > most) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "a table of %,.0f devices is larger than any that was tried: plan --cells %,.0f",
              plan.demand().devicesOfCell(),
              Math.ceil(plan.demand().devices() / most)));
    }
    double ring = plan.ringDefault().toMillis() / 1e3;
    if (plan.start() > ring) {
      warnings.add(
          "a new pod is ready after "
              + Unit.SECONDS.text(plan.start())
              + ", later than a call rings ("
              + Unit.SECONDS.text(ring)
              + "): add pods before a peak, not in it");
    }
  }
}
