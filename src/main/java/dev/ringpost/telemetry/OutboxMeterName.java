package dev.ringpost.telemetry;

/** The meters of what is written to Kafka. */
public enum OutboxMeterName implements MeterName {
  OUTPUTS(
      MeterSpec.counter(
          "ringpost.outputs",
          "Tries to write a record, by kind (result, dead_letter, retry, invalidation, missed_call)"
              + " and how they ended (stored, tried_again, given_up).",
          "kind",
          "end")),
  OUTPUTS_WAITING(
      MeterSpec.gauge(
          "ringpost.outputs.waiting",
          "Records that wait to be stored by Kafka, each holding an invite's offset.",
          "kind")),
  OUTPUTS_BACKLOG(
      MeterSpec.gauge(
          "ringpost.outputs.backlog.ratio",
          "Bytes that wait to be stored by Kafka, as a part of their bound, a quarter of the heap."
              + " At 1 the worker reads no more invites until half of it is free.")),
  DEAD_LETTERS(MeterSpec.counter("ringpost.dead.letters", "Dead letters, by reason.", "reason"));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  OutboxMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
