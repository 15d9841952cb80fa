package dev.ringpost.telemetry;

/** The meters of reading invites and retries. */
public enum IntakeMeterName implements MeterName {
  INVITES_IN_FLIGHT(
      MeterSpec.gauge(
          "ringpost.invites.in.flight",
          "Invites being rung, each holding one of the places in flight.",
          "source")),
  INVITES_WAITING(
      MeterSpec.gauge(
          "ringpost.invites.waiting",
          "Invites read from Kafka that wait for a place in flight.",
          "source")),
  MISSED_CALLS_WAITING(
      MeterSpec.gauge(
          "ringpost.missed.calls.waiting",
          "Calls that may be missed, kept in memory until they are over, with missed-call.enabled;"
              + " those for which there is no room wait in Kafka.")),
  LEDGER_SPAN(
      MeterSpec.gauge(
          "ringpost.ledger.span",
          "Offsets from the oldest unsettled invite to the newest read, of the partition where they"
              + " are most.",
          "source")),
  OLDEST_UNSETTLED(
      MeterSpec.gauge(
              "ringpost.invites.oldest.unsettled",
              "Age of the oldest invite that was read and is not settled; of missed-calls, of the"
                  + " oldest call that waits for its end.",
              "source")
          .in("seconds")),
  INVITES_GIVEN_UP(
      MeterSpec.counter(
          "ringpost.invites.given.up",
          "Invites given up by a fault of Ringpost's, without a verdict; the log names each.",
          "source")),
  RECORDS_REMOVED_UNREAD(
      MeterSpec.counter(
          "ringpost.records.removed.unread",
          "Offsets that were passed over unread, for Kafka had removed (retention.ms) what was to"
              + " be read next: calls among them rang nobody, and have no verdict.",
          "source")),
  CLOCK_SKEWED(
      MeterSpec.counter(
          "ringpost.invites.clock.skew",
          "Invites whose sender's clock disagrees with the record's timestamp or the worker's:"
              + " ahead by more than 2 s, or behind, so that they were over before their append.",
          "clock")),
  CUSTOM_FIELDS_DROPPED(
      MeterSpec.counter(
          "ringpost.invites.custom.dropped",
          "Fields of custom that were dropped, for they have a name that the payload itself"
              + " uses.")),
  INVITES_WITHOUT_TIME(
      MeterSpec.counter(
          "ringpost.invites.without.time",
          "Invites read without invitedAt: the time that they waited in their producer is not"
              + " known, and they ring that much too long.",
          "source")),
  FIELDS_ODD(
      MeterSpec.counter(
          "ringpost.invites.fields.odd",
          "Optional fields of invites that came as another kind of value than promised, and were"
              + " used or ignored.",
          "source",
          "field")),
  PARTITIONS(MeterSpec.gauge("ringpost.partitions", "Partitions that this worker owns.", "source")),
  BLOCKED_PARTITIONS(
      MeterSpec.gauge(
          "ringpost.partitions.blocked",
          "Partitions of this worker that cannot be read while the others are: for a record that"
              + " Kafka's client cannot hand out, for want of the right to read, or for a start"
              + " that no broker names.",
          "source",
          "obstacle")),
  PARTITION_BLOCKS(
      MeterSpec.counter(
          "ringpost.partition.blocks",
          "How often a partition became blocked, by what blocked it: record, rights or start.",
          "source",
          "obstacle")),
  OWNERLESS(
      MeterSpec.timer(
          "ringpost.partition.ownerless",
          "How long a partition had no owner before this worker got it, by the former owner's last"
              + " commit.",
          "source")),
  REBALANCES(
      MeterSpec.counter(
          "ringpost.rebalances",
          "Changes of ownership of partitions: assigned, revoked or lost.",
          "source",
          "change")),
  COMMITS(
      MeterSpec.counter(
          "ringpost.commits",
          "Offset commits, by how they ended: done, failed, or note_refused if the broker accepts"
              + " less metadata than the next owner needs.",
          "source",
          "end")),
  RETRY_LATENESS(
      MeterSpec.timer(
          "ringpost.retry.lateness",
          "From the moment that a retry was due to the moment that it was taken."));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  IntakeMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
