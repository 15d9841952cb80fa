package dev.ringpost.telemetry;

/** The meters of {@code ringpost run --shadow}. */
public enum ShadowMeterName implements MeterName {
  READY(
      MeterSpec.gauge(
          "ringpost.shadow.ready",
          "1 while a shadow is ready, at work or standing by; 0 while `/readyz` says no.")),
  WORKING(
      MeterSpec.gauge(
          "ringpost.shadow.working",
          "1 in the shadow that reads and compares; 0 in those that stand by.")),
  BEHIND(
      MeterSpec.gauge(
              "ringpost.shadow.behind",
              "Age of the moment up to which invites and results have both been read.")
          .in("seconds")),
  OPEN(
      MeterSpec.gauge(
          "ringpost.shadow.open",
          "Invites that are remembered, compared or with one verdict that waits for the other.")),
  INVITES(
      MeterSpec.counter(
          "ringpost.shadow.invites",
          "Invites by how the shadow's verdict compares with the live one: agreed; explained, by"
              + " what the two cannot both know; deadline, route, devices, verdict, which differ;"
              + " live_missing or shadow_missing, for one of the two did not come in time;"
              + " untold, for nobody is told of them; forgotten, beyond what is remembered.",
          "outcome")),
  UNREADABLE(
      MeterSpec.counter(
          "ringpost.shadow.unreadable",
          "Offsets that could not be read and were passed, and results that are none."));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  ShadowMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
