package dev.ringpost.telemetry;

/** The meters of {@code ringpost health}. */
public enum HealthMeterName implements MeterName {
  READY(
      MeterSpec.gauge(
          "ringpost.health.ready",
          "1 while `ringpost health` is ready, at work or standing by; 0 while `/readyz` says"
              + " no.")),
  WORKING(
      MeterSpec.gauge(
          "ringpost.health.working",
          "1 in the process that reads and judges; 0 in those that stand by.")),
  BEHIND(
      MeterSpec.gauge(
              "ringpost.health.behind",
              "Age of the time up to which results and signals have both been read.")
          .in("seconds")),
  CALLS(
      MeterSpec.counter(
          "ringpost.health.calls",
          "Accepted pushes that were judged, one for each device of a call, by how they ended:"
              + " rang; unrung, which counts against the device; others_silent, for too few others"
              + " of the app rang; ended_early, before the device could ring, or by an answer,"
              + " which names no device; signals_gone, for Kafka has deleted what would tell;"
              + " repeated, read again, beside another call, or before a ring; too_many, beyond"
              + " what is remembered.",
          "end")),
  WATCHED(
      MeterSpec.gauge(
          "ringpost.health.devices.watched", "Devices that did not ring for their last call.")),
  DEAF(
      MeterSpec.gauge(
          "ringpost.health.devices.deaf",
          "Devices that are called deaf: APNs accepts pushes for them, and they do not ring.")),
  FOUND_DEAF(MeterSpec.counter("ringpost.health.found.deaf", "Devices that were found deaf.")),
  HEARS_AGAIN(
      MeterSpec.counter(
          "ringpost.health.hears.again", "Devices that were called deaf, and rang again.")),
  FORGOTTEN(
      MeterSpec.counter(
          "ringpost.health.devices.forgotten",
          "Devices that were no longer watched, for there were too many.")),
  UNREADABLE(
      MeterSpec.counter(
          "ringpost.health.unreadable",
          "Offsets of results and signals that could not be read and were passed."));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  HealthMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
