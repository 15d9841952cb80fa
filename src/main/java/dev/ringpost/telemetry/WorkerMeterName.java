package dev.ringpost.telemetry;

/** The meters of the process itself, a worker or a gateway. */
public enum WorkerMeterName implements MeterName {
  READY(MeterSpec.gauge("ringpost.ready", "1 while the worker is ready.")),
  KAFKA_REACHABLE(
      MeterSpec.gauge(
          "ringpost.kafka.reachable",
          "1 while a broker answers one of this worker's consumers, 0 once none has for 10 s:"
              + " Kafka, or the way to it, is away, and no invite is read.")),
  LOG_LINES_DROPPED(
      MeterSpec.counter(
          "ringpost.log.lines.dropped",
          "Log lines dropped because nobody read standard output fast enough.")),
  CLOCK_OFFSET(
      MeterSpec.gauge(
              "ringpost.clock.offset",
              "This machine's clock minus that of Kafka's brokers, as measured with the last stored"
                  + " records. Beyond 2 s deadlines are reckoned by the brokers' clock.")
          .in("seconds")),
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
