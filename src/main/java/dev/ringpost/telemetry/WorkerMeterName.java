package dev.ringpost.telemetry;

/** The meters of the worker itself. */
public enum WorkerMeterName implements MeterName {
  READY(MeterSpec.gauge("ringpost.ready", "1 while the worker is ready.")),
  BUILD(MeterSpec.gauge("ringpost.build", "Always 1; the version is in the tag.", "version"));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  WorkerMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
